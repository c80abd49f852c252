/** A hub that was heard of so recently (ms) is connected, and can be asked for what it sells itself: its feed says something each 15 s. */
export const CONNECTED_MS = 40_000;
