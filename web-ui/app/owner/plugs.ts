import { connectorTypes } from "../../../shared/connector-types";
import type { ConnectorType } from "../../../shared/connector-types";
import type { OwnerT } from "./words";

/** What chargers here mostly have; the rest follows by its code. */
const common = {
  IEC_62196_T2: "plugType2",
  IEC_62196_T2_COMBO: "plugCcs2",
  DOMESTIC_F: "plugSchuko",
  CHADEMO: "plugChademo",
  IEC_62196_T1: "plugType1",
  IEC_62196_T1_COMBO: "plugCcs1",
  TESLA_S: "plugNacs",
  IEC_60309_2_three_16: "plugCee16",
  IEC_60309_2_three_32: "plugCee32",
} as const satisfies Partial<Record<ConnectorType, Parameters<OwnerT>[0]>>;

const isCommon = (type: ConnectorType): type is keyof typeof common => Object.hasOwn(common, type);

/** What people call a plug; one that is rare keeps its code (OCPI 2.2.1 ConnectorType). */
export function plugName(type: ConnectorType, o: OwnerT): string {
  return isCommon(type) ? o(common[type]) : type.replaceAll("_", " ");
}

/** Every plug to choose from, the common ones first. */
export function plugChoices(o: OwnerT): (readonly [value: string, text: string])[] {
  const rare = connectorTypes.filter((type) => !isCommon(type));
  return [...(Object.keys(common) as ConnectorType[]), ...rare].map((type) => [type, plugName(type, o)]);
}
