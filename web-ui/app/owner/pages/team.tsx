import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import { Trouble } from "../parts/bits";
import { BusinessFrame } from "../parts/business-frame";
import type { Organization, Role } from "../types";
import { useOwner, useSending } from "../use";
import type { OwnerT } from "../words";

/** Who belongs to an organisation, as what, and who is invited. */
export default function TeamPage({ organizationId }: { organizationId: string }) {
  // Here, since the team is loaded anew with whoever is invited in it.
  const [invited, setInvited] = useState<string | null>(null);
  return (
    <BusinessFrame organizationId={organizationId} tab="tabTeam" height="row">
      {(organization, again) => (
        <Team
          organization={organization}
          invited={invited}
          onChange={(email) => {
            setInvited(email);
            again();
          }}
        />
      )}
    </BusinessFrame>
  );
}

const roles = ["owner", "admin", "installer", "member"] as const satisfies Role[];
const roleKeys = { owner: "roleOwner", admin: "roleAdmin", installer: "roleInstaller", member: "roleMember" } as const;

function Team(props: {
  organization: Organization;
  invited: string | null;
  /** Whether somebody was invited, and who. */
  onChange: (invited: string | null) => void;
}) {
  const { organization, invited, onChange } = props;
  const { words, o, ask, user } = useOwner();
  const { organizationId, role, members, invitations } = organization;
  const changing = useSending();
  const inviting = useSending();
  const renaming = useSending();
  const again = () => onChange(null);
  const mayChange = role === "owner" || role === "admin";
  const choices = roles
    .filter((each) => each !== "owner" || role === "owner")
    .map((each) => [each, o(roleKeys[each])] as const);
  const setRole = (userId: string, wanted: Role) =>
    void changing.send(
      () =>
        ask(
          "patch",
          "/v1/organizations/:organizationId/members/:userId",
          { organizationId, userId },
          { json: { role: wanted } },
        ),
      again,
    );
  const remove = (userId: string) =>
    void changing.send(
      () => ask("delete", "/v1/organizations/:organizationId/members/:userId", { organizationId, userId }),
      again,
    );
  const withdraw = (id: string) =>
    void changing.send(
      () => ask("delete", "/v1/organizations/:organizationId/invitations/:id", { organizationId, id }),
      again,
    );
  const invite = (form: HTMLFormElement) => {
    const json = { email: valueOf(form, "inviteEmail"), role: valueOf(form, "inviteRole") as Role };
    void inviting.send(
      () => ask("post", "/v1/organizations/:organizationId/invitations", { organizationId }, { json }),
      () => onChange(json.email),
    );
  };
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="members">
        <h2 id="members">{o("members")}</h2>
        <Trouble error={changing.error} words={words} />
        <ul class="items">
          {members.map((member) => (
            <li key={member.userId}>
              <span class="what">
                <strong>{member.name}</strong>
                <span class="sub">{member.email}</span>
                {mayChange ? null : <span class="sub">{roleText(member.role, o)}</span>}
              </span>
              {mayChange ? (
                <span class="member-act">
                  <span class="select small">
                    <select
                      aria-label={o("roleOf", { name: member.name })}
                      onChange={({ currentTarget }) => setRole(member.userId, currentTarget.value as Role)}
                    >
                      {roles.map((each) => (
                        <option key={each} value={each} selected={each === member.role}>
                          {o(roleKeys[each])}
                        </option>
                      ))}
                    </select>
                  </span>
                  <button
                    class="plain"
                    type="button"
                    aria-label={`${o(member.userId === user?.id ? "leave" : "remove")}: ${member.name}`}
                    onClick={() => remove(member.userId)}
                  >
                    {o(member.userId === user?.id ? "leave" : "remove")}
                  </button>
                </span>
              ) : null}
            </li>
          ))}
          {invitations.map(({ id, email, role: as, expiresAt }) => (
            <li key={id}>
              <span class="what">
                <strong>{email}</strong>
                <span class="sub">
                  {[
                    o("invitedUntil", { time: words.formatIn(browserZone()).date(expiresAt) }),
                    as === null ? null : roleText(as, o),
                  ]
                    .filter(Boolean)
                    .join(" \u00b7 ")}
                </span>
              </span>
              <button
                class="plain"
                type="button"
                aria-label={`${o("withdraw")}: ${email}`}
                onClick={() => withdraw(id)}
              >
                {o("withdraw")}
              </button>
            </li>
          ))}
        </ul>
        <dl class="sub role-texts">
          {roles.map((each) => (
            <div key={each}>
              <dt>{o(roleKeys[each])}</dt>
              <dd>{o(`${roleKeys[each]}Text`)}</dd>
            </div>
          ))}
        </dl>
      </section>
      {mayChange ? (
        <div class="stack">
          <Form class="card stack" onSend={invite}>
            <h2>{o("invite")}</h2>
            <Field id="inviteEmail" type="email" label={words.t("email")} required maxLength={254} autocomplete="off" />
            <Choice id="inviteRole" label={o("role")} value="member" options={choices} />
            <Trouble error={inviting.error} words={words} />
            <Submit busy={inviting.state === "busy"} words={words}>
              {o("inviteSend")}
            </Submit>
            <p role="status" class="saved">
              {invited === null ? "" : o("inviteSent", { email: invited })}
            </p>
          </Form>
          <Form
            class="card stack"
            onSend={(form) => {
              const json = { name: valueOf(form, "organizationName") };
              void renaming.send(
                () => ask("patch", "/v1/organizations/:organizationId", { organizationId }, { json }),
                again,
              );
            }}
          >
            <Field
              id="organizationName"
              label={o("organizationName")}
              hint={o("organizationNameHint")}
              defaultValue={organization.name}
              required
              maxLength={100}
            />
            <Trouble error={renaming.error} words={words} />
            <Submit busy={renaming.state === "busy"} words={words}>
              {words.t("save")}
            </Submit>
          </Form>
        </div>
      ) : null}
    </div>
  );
}

function roleText(role: string, o: OwnerT): string {
  const known = roles.find((each) => each === role);
  return known ? o(roleKeys[known]) : role;
}

function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
