import type { ComponentChildren } from "preact";

/** Line icons on a 24 px grid, drawn for these pages. They say nothing that words beside them do not say, so readers skip them. */
function Icon({ children, name }: { children: ComponentChildren; name: string }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** Shapes that differ without any colour: ring, disc, clock, bar, triangle, broken circle. */
export const marks = {
  free: (
    <Icon name="free">
      <circle cx="12" cy="12" r="7" />
    </Icon>
  ),
  busy: (
    <Icon name="busy">
      <path d="M13 3 5.5 13.5H11L10 21l8-11h-5.500z" class="fill" />
    </Icon>
  ),
  reserved: (
    <Icon name="reserved">
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.500V12l3 2" />
    </Icon>
  ),
  out: (
    <Icon name="out">
      <circle cx="12" cy="12" r="8" />
      <path d="M8 12h8" />
    </Icon>
  ),
  faulted: (
    <Icon name="faulted">
      <path d="M12 4 3.500 19h17z" />
      <path d="M12 10v4M12 16.500v.1" />
    </Icon>
  ),
  offline: (
    <Icon name="offline">
      <path d="M4.500 9.500a11 11 0 0 1 15 0M8 13a6 6 0 0 1 8 0M12 17v.1M4 4l16 16" />
    </Icon>
  ),
} as const;

export const check = (
  <Icon name="check">
    <path d="m5 12.500 4.500 4.500L19 7.500" />
  </Icon>
);

export const chevron = (
  <Icon name="chevron">
    <path d="m9 6 6 6-6 6" />
  </Icon>
);

/** The mark of the project: a post with a cable tied to it. */
export const logo = (
  <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path d="M11 29V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v24" />
    <path d="M6 29h16M11 12h-.500a4 4 0 0 0 0 8H20a5 5 0 0 0 5-5v-3M22.500 12h5M23.500 12V8.500M26.500 12V8.500" />
  </svg>
);

/** The parts of the cloud app. */
export const nav = {
  find: (
    <Icon name="find">
      <circle cx="11" cy="11" r="6.500" />
      <path d="m16 16 4.500 4.500" />
    </Icon>
  ),
  charging: (
    <Icon name="charging">
      <path d="M13 3 5.500 13.500H11L10 21l8-11h-5.500z" />
    </Icon>
  ),
  inbox: (
    <Icon name="inbox">
      <path d="M6 10a6 6 0 0 1 12 0c0 5 2 6.500 2 6.500H4S6 15 6 10M10 20h4" />
    </Icon>
  ),
  sites: (
    <Icon name="sites">
      <path d="M4 11 12 4l8 7v9H4zM10 20v-6h4v6" />
    </Icon>
  ),
  admin: (
    <Icon name="admin">
      <path d="M12 3 5 6v5c0 4.500 3 8 7 10 4-2 7-5.500 7-10V6zM9 12l2 2 4-4" />
    </Icon>
  ),
  person: (
    <Icon name="person">
      <circle cx="12" cy="8" r="3.500" />
      <path d="M5 20c.500-4 3.500-6 7-6s6.500 2 7 6" />
    </Icon>
  ),
} as const;
