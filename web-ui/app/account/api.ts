import type { Answer, Call } from "../api";

/** What the cloud's API gives of one's own account. Instants are ISO 8601 UTC. */

/** `GET /v1/me` */
export interface Me {
  user: {
    id: string;
    email: string;
    emailVerified: boolean;
    name: string;
    language: "en" | "de";
    timeZone: string;
    phone: string | null;
    premiumUntil: string | null;
    isAdmin: boolean;
  };
  organizations: { organizationId: string; name: string; role: string }[];
}

export interface Invitation {
  id: string;
  kind: "organization" | "family";
  name: string;
  role: string | null;
  inviter: string;
  expiresAt: string;
}

/** A place where one is signed in; the token names it. */
export interface SignIn {
  token: string;
  userAgent: string | null;
  createdAt: string;
  updatedAt: string;
}

export const channels = ["email", "sms", "push"] as const;
export type Channel = (typeof channels)[number];
export type Settings = Record<string, Channel[]>;

export interface Family {
  id: string;
  name: string;
  payer: { userId: string; name: string };
  drivers: { userId: string; name: string }[];
  invitations: { id: string; email: string; expiresAt: string }[];
}

/** The part of the API that accounts use. */
export function accountApi(call: Call) {
  const id = encodeURIComponent;
  return {
    me: (): Promise<Answer<Me>> => call("GET", "/me"),
    change: (changes: Partial<Pick<Me["user"], "name" | "language" | "timeZone">>): Promise<Answer<Me>> =>
      call("PATCH", "/me", changes),
    askForPhone: (phone: string): Promise<Answer<null>> => call("POST", "/me/phone", { phone }),
    verifyPhone: (code: string): Promise<Answer<null>> => call("POST", "/me/phone/verify", { code }),
    forgetPhone: (): Promise<Answer<null>> => call("DELETE", "/me/phone"),
    invitations: (): Promise<Answer<{ invitations: Invitation[] }>> => call("GET", "/me/invitations"),
    answerInvitation: (invitation: string, accept: boolean): Promise<Answer<null>> =>
      call("POST", `/me/invitations/${id(invitation)}`, { accept }),
    changePassword: (currentPassword: string, newPassword: string): Promise<Answer<unknown>> =>
      call("POST", "/auth/change-password", { currentPassword, newPassword, revokeOtherSessions: true }),
    changeEmail: (newEmail: string): Promise<Answer<unknown>> =>
      call("POST", "/auth/change-email", { newEmail, callbackURL: "/verified" }),
    signIns: (): Promise<Answer<SignIn[]>> => call("GET", "/auth/list-sessions"),
    /** Which of them is this one. */
    thisSignIn: (): Promise<Answer<{ session: { token: string } } | null>> => call("GET", "/auth/get-session"),
    endSignIn: (token: string): Promise<Answer<unknown>> => call("POST", "/auth/revoke-session", { token }),
    endOthers: (): Promise<Answer<unknown>> => call("POST", "/auth/revoke-other-sessions", {}),
    deleteAccount: (password: string): Promise<Answer<null>> => call("POST", "/me/delete", { password }),
    askForReset: (email: string): Promise<Answer<unknown>> => call("POST", "/auth/request-password-reset", { email }),
    reset: (token: string, newPassword: string): Promise<Answer<unknown>> =>
      call("POST", "/auth/reset-password", { token, newPassword }),
    settings: (): Promise<Answer<{ channels: Settings }>> => call("GET", "/notifications/settings"),
    changeSettings: (changes: Settings): Promise<Answer<{ channels: Settings }>> =>
      call("PATCH", "/notifications/settings", { channels: changes }),
    pushKey: (): Promise<Answer<{ key: string }>> => call("GET", "/notifications/push-key"),
    subscribe: (subscription: PushSubscriptionJSON): Promise<Answer<{ id: string }>> =>
      call("POST", "/notifications/push-subscriptions", subscription),
    unsubscribe: (subscription: string): Promise<Answer<null>> =>
      call("DELETE", `/notifications/push-subscriptions/${id(subscription)}`),
    family: (): Promise<Answer<{ family: Family | null }>> => call("GET", "/family"),
    foundFamily: (name: string): Promise<Answer<{ id: string }>> => call("POST", "/family", { name }),
    endFamily: (): Promise<Answer<null>> => call("DELETE", "/family"),
    invite: (email: string): Promise<Answer<{ id: string }>> => call("POST", "/family/invitations", { email }),
    withdraw: (invitation: string): Promise<Answer<null>> => call("DELETE", `/family/invitations/${id(invitation)}`),
    removeDriver: (userId: string): Promise<Answer<null>> => call("DELETE", `/family/drivers/${id(userId)}`),
  };
}
export type AccountApi = ReturnType<typeof accountApi>;
