import { z } from "zod";
import { streamData } from "./events";
import type { HubEventType, StreamEvent } from "./events";
import { instantSchema } from "./schema";

const streamEventEnvelope = z.object({
  id: z.uuid(),
  seq: z.number().int().min(1),
  at: instantSchema,
  type: z.string(),
  data: z.unknown(),
});

/** Schemas of data as code that zod generates, a type's when its first event comes: it takes a sixth of the time. What does not fit goes to the schema itself, whose words the errors are. */
const compiled = new Map<string, z.ZodType>();

function schemaOf(type: string): z.ZodType | undefined {
  if (!Object.hasOwn(streamData, type)) return undefined;
  const schema = compiled.get(type) ?? z.compile(streamData[type as HubEventType]);
  compiled.set(type, schema);
  return schema;
}

/**
 * Validates an event that came over the border. An unknown type or data of another shape is an error with the path of what is wrong:
 * hub and cloud of different versions must not quietly drop facts.
 */
export const streamEventSchema: z.ZodType<StreamEvent> = streamEventEnvelope.transform((event, context) => {
  const parsed = schemaOf(event.type)?.safeParse(event.data);
  if (!parsed?.success) {
    const why = parsed ? z.prettifyError(parsed.error) : `unknown event type ${event.type}`;
    context.addIssue({ code: "custom", message: why });
    return z.NEVER;
  }
  return { ...event, data: parsed.data } as StreamEvent;
});
