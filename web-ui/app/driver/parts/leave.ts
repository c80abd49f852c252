import type { Answer } from "../../api";

/** Goes to the page of the payment service that the cloud has opened; what has come to its end has none, and stays here. */
export async function leaveFor<T extends { url: string | null }>(opened: Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await opened;
  if (answer.ok && answer.value.url !== null) location.assign(answer.value.url);
  return answer;
}
