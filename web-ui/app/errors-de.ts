import type { errorEn } from "./errors-en";

/** What went wrong, in German. */
export const errorDe: Record<keyof typeof errorEn, string> = {
  errorNetwork:
    "Der Server ist nicht erreichbar. An Ihren Standorten wird ohne ihn weiter geladen. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.",
  errorSignIn: "E-Mail und Passwort passen nicht zusammen. Prüfen Sie beides, und versuchen Sie es noch einmal.",
  errorTaken: "Mit dieser E-Mail gibt es schon ein Konto. Melden Sie sich damit an.",
  errorPassword: "Dieses Passwort ist zu kurz. Nehmen Sie mindestens 10 Zeichen.",
  errorEmail: "Das ist keine gültige E-Mail-Adresse.",
  errorNotVerified:
    "Diese Adresse ist noch nicht bestätigt. Ein neuer Link ist unterwegs; öffnen Sie ihn und melden Sie sich dann an.",
  errorBlocked: "Dieses Konto ist gesperrt. Wenden Sie sich an den Betreiber dieses Dienstes.",
  errorRate: "Zu viele Versuche in kurzer Zeit. Warten Sie einige Minuten, und versuchen Sie es dann noch einmal.",
  errorSignedOut: "Sie wurden abgemeldet. Melden Sie sich wieder an; es hat sich nichts geändert.",
  errorForbidden: "Das darf nur ein Betreiber dieses Standorts ändern. Es wurde nichts geändert.",
  errorNotFound: "Hier ist nichts, oder es gehört jemand anderem.",
  errorNoHub: "Dieser Standort hat noch keinen Hub, der Befehl kann nirgends ankommen. Es wurde nichts geändert.",
  errorInvalid: "Etwas in diesem Formular passt nicht: {detail}",
  errorTariffInUse: "Dieser Preis wird benutzt und lässt sich nicht entfernen.",
  errorCurrency: "Der Standort hat Preise in einer anderen Währung. Es wurde nichts geändert.",
  errorAny: "Das hat nicht geklappt. Es wurde nichts geändert. Versuchen Sie es noch einmal.",
  errorTooMany: "Davon gibt es schon zu viele, es kam nichts hinzu. Entfernen Sie zuerst etwas.",
  errorTooManyBookings:
    "Sie haben schon so viele Buchungen vor sich, wie eine Person haben darf. Es wurde nichts gebucht. Stornieren Sie zuerst eine.",
  errorTooManyHolds:
    "Sie halten schon so viele Zeiten, wie eine Person halten darf. Es wurde nichts gebucht. Geben Sie eine zurück, oder warten Sie einige Minuten.",
  errorTooManyWaits: "Sie stehen schon auf so vielen Wartelisten, wie eine Person darf. Verlassen Sie zuerst eine.",
  errorTooManySeries:
    "Sie haben schon so viele wöchentliche Buchungen, wie eine Person haben darf. Beenden Sie zuerst eine.",
  errorLastAdmin: "Die Plattform wäre ohne Admin. Machen Sie zuerst jemand anderen dazu; Ihr Konto bleibt, wie es ist.",
  errorWalletShort:
    "Ihr Guthaben reicht nicht, und es ist keine Karte gespeichert. Es wurde nichts gebucht und nichts berechnet.",
  errorBookedOnly: "Hier darf nur laden, wer gebucht hat. Es wurde nichts berechnet. Buchen Sie zuerst eine Zeit.",
  errorUnderWay:
    "Der Zahlungsdienst arbeitet gerade daran. Es wurde nichts geändert. Sehen Sie in einigen Minuten wieder nach.",
  errorOfferOver: "Dieses Angebot ist abgelaufen. Es wurde nichts geändert und nichts berechnet.",
  errorOfferChanged:
    "Das Angebotene ist inzwischen vergeben. Es wurde nichts geändert. Sehen Sie, was jetzt angeboten wird.",
  errorNothingOffered: "Zu dieser Zeit ist nichts anderes frei, es gibt also nichts anzunehmen.",
  errorFree: "Diese Zeit ist frei geworden: Buchen Sie sie jetzt, statt darauf zu warten.",
  errorTooFar: "So weit im Voraus werden keine Buchungen verkauft. Wählen Sie einen früheren Tag.",
  errorTooLate: "Dafür ist es zu spät. Es wurde nichts geändert.",
  errorNoSeat: "Von dieser Art ist hier keine Ladestation übrig. Es wurde nichts gebucht.",
  errorNoSuchTime: "Diese Zeit überspringt die Uhr an jenem Tag. Wählen Sie eine andere.",
  errorTooLong: "So lange darf man hier nicht buchen. Wählen Sie eine kürzere Dauer.",
  errorClosedThen: "Der Ort ist zu dieser Zeit geschlossen. Es wurde nichts gebucht.",
  errorMembersOnly: "Hier dürfen nur Mitglieder buchen. Es wurde nichts gebucht.",
  errorNoSms: "Dieser Dienst verschickt keine SMS und kann darum keine Nummer bestätigen.",
  errorFull: "Für weitere Personen ist hier kein Platz. Es wurde nichts geändert.",
  errorPaid: "Das ist schon bezahlt. Es wurde nichts noch einmal abgebucht.",
  errorTooMuch: "Das ist mehr, als da ist. Es wurde nichts geändert.",
  errorGone: "Das gibt es nicht mehr.",
  errorCharger:
    "Die Ladestation ist gerade nicht erreichbar. Es wurde nichts geändert. Versuchen Sie es bald noch einmal.",
  errorReplaced: "Dieser Hub wurde durch einen anderen ersetzt. Es wurde nichts geändert.",
  errorIdTag: "Diese Karte gehört hier jemand anderem. Es wurde nichts geändert.",
  errorEffective:
    "Ab diesem Zeitpunkt kann kein neuer Preis gelten. Wählen Sie einen zwischen jetzt und in einem Jahr.",
  errorVersion: "Dieser Preis gilt schon und bleibt darum, wie er ist. Legen Sie stattdessen einen neuen an.",
  errorCode: "Dieser Code ist falsch oder abgelaufen.",
  errorKeyReused:
    "Das wurde schon einmal mit anderen Angaben gesendet. Laden Sie die Seite neu, und sehen Sie nach, ob es geschehen ist.",
  errorLarge: "Das ist zu groß. Es wurde nichts geändert.",
  errorInternal:
    "Bei uns ist etwas schiefgegangen. Sehen Sie nach, ob es geschehen ist, bevor Sie es noch einmal versuchen.",
};
