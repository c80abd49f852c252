/** Ends this browser's notifications, so that nobody who comes after reads them. */
export async function endPush(workers: Pick<ServiceWorkerContainer, "getRegistration"> | undefined): Promise<void> {
  const registration = await workers?.getRegistration().catch(() => undefined);
  for (const shown of (await registration?.getNotifications?.()) ?? []) shown.close();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe().catch(() => false);
}
