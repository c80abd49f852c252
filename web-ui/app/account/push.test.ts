import { expect, it, vi } from "vitest";
import type { Answer } from "../api";
import { accountApi } from "./api";
import { disablePush, enablePush, pushState } from "./push";
import type { PushWindow } from "./push";

const json = { endpoint: "https://fcm.googleapis.com/x", keys: { p256dh: "p", auth: "a" } };

/** A browser, and a cloud that refuses one call where it is told to. */
function setting({ permission = "granted", subscribed = false, refuse = "", fails = false } = {}) {
  const unsubscribe = vi.fn(async () => true);
  const subscription = { toJSON: () => json, unsubscribe };
  const subscribe = vi.fn(async () => {
    if (fails) throw new Error("no push service");
    return subscription;
  });
  const pushManager = { getSubscription: async () => (subscribed ? subscription : null), subscribe };
  const window = {
    navigator: { serviceWorker: { getRegistration: async () => ({ pushManager }) } },
    Notification: { permission, requestPermission: async () => permission },
  } as unknown as PushWindow;
  const calls: string[] = [];
  const account = accountApi(async <T>(method: string, path: string): Promise<Answer<T>> => {
    calls.push(`${method} ${path}`);
    const refused = refuse !== "" && `${method} ${path}`.includes(refuse);
    return refused
      ? { ok: false, error: { code: "network", detail: "" } }
      : { ok: true, value: { key: "BKey", id: "s1" } as T };
  });
  return { window, account, calls, subscribe, unsubscribe };
}

it("tells what this browser does with messages", async () => {
  expect(await pushState({})).toBe("none");
  expect(await pushState(setting({ permission: "denied" }).window)).toBe("refused");
  expect(await pushState(setting().window)).toBe("off");
  expect(await pushState(setting({ subscribed: true }).window)).toBe("on");
  const broken = { navigator: { serviceWorker: { getRegistration: () => Promise.reject(new Error("no")) } } };
  expect(await pushState(broken)).toBe("none");
});

it("subscribes with the cloud's key, and leaves nothing half done", async () => {
  const { window, account, calls, subscribe } = setting();
  expect(await enablePush(window, account)).toMatchObject({ ok: true });
  expect(subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: "BKey" });
  expect(calls).toEqual(["GET /notifications/push-key", "POST /notifications/push-subscriptions"]);
  const code = async (of: ReturnType<typeof setting>) => {
    const answer = await enablePush(of.window, of.account);
    return answer.ok ? "ok" : answer.error.code;
  };
  expect(await code({ ...setting(), window: {} })).toBe("push_none");
  expect(await code(setting({ permission: "default" }))).toBe("push_refused");
  expect(await code(setting({ refuse: "push-key" }))).toBe("network");
  expect(await code(setting({ fails: true }))).toBe("push_refused");
  const refused = setting({ refuse: "push-subscriptions" });
  expect(await code(refused)).toBe("network");
  expect(refused.unsubscribe).toHaveBeenCalledTimes(1);
});

it("ends a subscription here and there, only both", async () => {
  const on = setting({ subscribed: true });
  expect(await disablePush(on.window, on.account)).toMatchObject({ ok: true });
  expect(on.calls.at(-1)).toBe("DELETE /notifications/push-subscriptions/s1");
  expect(on.unsubscribe).toHaveBeenCalledTimes(1);
  expect(await disablePush(setting().window, on.account)).toMatchObject({ ok: true });
  for (const refuse of ["POST", "DELETE"]) {
    const not = setting({ subscribed: true, refuse });
    expect(await disablePush(not.window, not.account)).toMatchObject({ ok: false });
    expect(not.unsubscribe).not.toHaveBeenCalled();
  }
});
