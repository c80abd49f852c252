import type { payEn } from "./pay-en";

/** Was Fahrer vom Bezahlen mit Karte lesen, auf Deutsch. */
export const payDe: Record<keyof typeof payEn, string> = {
  payOther: "Mit anderer Karte",
  topUp: "Aufladen",
  topUpTitle: "Guthaben aufladen",
  topUpAmount: "Betrag",
  topUpCurrency: "Währung",
  topUpHint: "Sie bezahlen auf der Seite unseres Zahlungsdienstes Stripe und kommen hierher zurück.",
  cards: "Ihre Karten",
  noCardsSaved: "Noch keine gespeichert.",
  cardUsed: "In Gebrauch",
  cardUntil: "bis {month}",
  useCard: "Diese nehmen",
  removeCard: "Entfernen",
  saveCard: "Karte speichern",
  saveCardHint: "Auf der Seite unseres Zahlungsdienstes Stripe. Die Nummer sehen wir nie.",
  cardSaved: "{card} ist gespeichert. Damit bezahlen Sie von jetzt an.",
  cardNone: "Es wurde keine Karte gespeichert.",
  cardWaiting: "Die Karte wird gespeichert. Gleich steht sie hier.",
  payAsking: "Wir fragen beim Zahlungsdienst, wie es um die Zahlung steht\u2026",
  payDone: "{amount} sind bezahlt. Vielen Dank.",
  payFilled: "{amount} sind in Ihrem Guthaben.",
  payLate:
    "Der Zahlungsdienst hat die Zahlung noch nicht bestätigt. Sobald er es tut, steht sie von selbst hier; Sie können diese Seite schließen. Bitte bezahlen Sie nicht noch einmal.",
  payStopped: "Sie sind zurückgekommen, ohne {amount} zu bezahlen. Nichts wurde abgebucht.",
  payOver: "Diese Zahlung kam nicht zustande. Nichts wurde abgebucht.",
  payFailed: "Die Zahlung von {amount} wurde abgelehnt. Nichts wurde abgebucht. Nehmen Sie eine andere Karte.",
  payGoOn: "Weiter bezahlen",
  payDrop: "Nicht bezahlen",
  errorCardDeclined: "Ihre Karte wurde abgelehnt. Nichts wurde abgebucht. Bezahlen Sie mit einer anderen Karte.",
  errorNothingOwed: "Für diese Rechnung ist nichts mehr offen.",
};
