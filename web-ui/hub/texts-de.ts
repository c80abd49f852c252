import { billDe } from "../common/texts";
import type { hubEn } from "./texts-en";

/** The hub page in German. */
export const hubDe: Record<keyof typeof hubEn, string> = {
  ...billDe,
  receipt: "Beleg",
  receiptNumber: "Beleg Nr. {number}",
  receiptLocked:
    "Dieser Beleg öffnet sich nur auf dem Telefon, das den Ladevorgang gestartet hat, oder mit dem vollständigen Link von dort.",
  receiptRunning: "Dieser Ladevorgang läuft noch. Sein Beleg ist fertig, sobald er beendet ist.",
  print: "Drucken",
  backToCharger: "Zurück zum Ladepunkt",
  started: "Beginn",
  ended: "Ende",
  meterStart: "Zähler zu Beginn",
  meterStop: "Zähler am Ende",
  total: "Summe inkl. MwSt.",
  totalPlain: "Summe",
  vatNumber: "USt-IdNr. {number}",
  loading: "Wird geladen",
  errorReceipt:
    "Der Beleg konnte nicht geladen werden. Er liegt sicher auf dem Hub; der Betrag ändert sich nicht. Versuchen Sie es noch einmal.",
  chargers: "Ladepunkte",
  chooseCharger: "An welchem Ladepunkt stehen Sie?",
  noChargers:
    "An diesem Hub ist noch kein Ladepunkt angemeldet. Der Betreiber kann einen in den Einstellungen des Hubs hinzufügen.",
  otherCharger: "Nicht dieser? Anderen Ladepunkt wählen",
  otherLanguage: "English",
  connectorNo: "Anschluss {number}",
  upToAmps: "bis {amps} A",
  price: "Preis",
  markFree: "Frei",
  markBusy: "Belegt",
  markReserved: "Reserviert",
  markOut: "Außer Betrieb",
  markFaulted: "Störung",
  markOffline: "Keine Verbindung",
  ready: "Bereit zum Laden",
  readyText: "Hier starten, dann das Auto anstecken. Zuerst anstecken geht auch.",
  plugged: "Ihr Auto ist angesteckt",
  pluggedText: "Starten Sie, sobald Sie möchten.",
  obstacleOffline:
    "Dieser Ladepunkt hat die Verbindung zum Hub verloren und lässt sich hier nicht starten. Meist ist er nach wenigen Minuten von selbst wieder da.",
  obstacleUnknown: "Dieser Ladepunkt hat seinen Zustand noch nicht gemeldet. Bitte einen Moment warten.",
  obstacleReserved: "Dieser Anschluss ist reserviert. Bitte einen anderen wählen.",
  obstacleUnavailable: "Dieser Anschluss ist außer Betrieb genommen. Bitte einen anderen wählen.",
  obstacleFaulted:
    "Dieser Ladepunkt meldet eine Störung und lädt nicht. Bitte einen anderen wählen; der Betreiber sieht die Störung.",
  obstacleFinishing:
    "Der letzte Ladevorgang ist beendet, das Auto steckt aber noch. Der nächste kann beginnen, wenn es weg ist.",
  obstacleBusy: "Hier lädt gerade ein Auto. Bitte einen anderen Anschluss wählen oder warten, bis es weg ist.",
  obstaclePass:
    "Zum Laden brauchen Sie hier eine Buchung. Öffnen Sie den Link aus Ihrer Buchungsbestätigung auf diesem Telefon; er bringt die Erlaubnis zum Starten mit.",
  start: "Laden starten",
  startAgain: "Noch einmal versuchen",
  starting: "Ladepunkt wird gefragt",
  accessKey: "Zugangsschlüssel",
  accessKeyHint: "Sie haben ihn vom Betreiber dieses Standorts.",
  startProgress: "Start läuft",
  stepRequested: "Angefragt",
  stepPlugIn: "Anstecken",
  stepChecking: "Prüfung",
  stepCharging: "Laden",
  hintRequested: "Wir warten auf die Antwort des Ladepunkts. Das kann bis zu 30 Sekunden dauern.",
  hintPlugIn: "Der Ladepunkt ist bereit. Stecken Sie jetzt das Kabel am Auto an.",
  hintChecking: "Auto und Ladepunkt stimmen sich ab. Das dauert einige Sekunden.",
  charging: "Lädt",
  pausedCar: "Ihr Auto hat das Laden unterbrochen",
  pausedCarText:
    "Vielleicht ist es voll oder wartet auf seine eigene Zeitschaltung. Abstecken beendet den Ladevorgang.",
  pausedCharger: "Der Ladepunkt macht Pause",
  pausedChargerText: "Er lädt von selbst weiter, sobald wieder genug Leistung da ist.",
  soFar: "Bisher geladen",
  cost: "Kosten bisher",
  power: "Leistung",
  time: "Zeit",
  powerUnknown: "nicht gemessen",
  reading: "Messwert von {time}",
  staleReading:
    "Kein neuer Messwert seit {time}. Der Ladepunkt ist vielleicht offline; was er inzwischen misst, geht nicht verloren.",
  curveTitle: "Leistung im Verlauf",
  curveText: "Von {start} bis {end}: im Mittel {mean}, höchstens {max}.",
  curveSoon: "Die Leistungskurve beginnt mit dem zweiten Messwert.",
  stop: "Laden beenden",
  stopping: "Wird beendet",
  stopHint: "Abstecken am Auto beendet den Ladevorgang ebenfalls.",
  notMine: "Nur das Telefon, das diesen Ladevorgang gestartet hat, kann ihn hier beenden.",
  takeAlong: "Auf einem anderen Telefon verfolgen",
  takeAlongText: "Wer diesen Link hat, kann den Ladevorgang verfolgen und beenden und den Beleg lesen.",
  copyLink: "Link kopieren",
  copied: "Kopiert",
  unplug: "Sie können jetzt abstecken",
  unplugText: "Der Ladevorgang ist beendet.",
  energyTotal: "Energie",
  costTotal: "Summe",
  timeTotal: "Zeit",
  showReceipt: "Beleg anzeigen",
  lastReceipt: "Beleg Ihres letzten Ladevorgangs",
  zoneNote: "Zeiten sind die des Standorts ({zone}).",
  hubLost: "Der Hub ist nicht erreichbar",
  hubLostText:
    "Was Sie sehen, ist von {time}. Der Ladepunkt arbeitet ohne diese Seite weiter, aber wir sehen nicht, ob Ihr Auto lädt. Wir versuchen es weiter.",
  noScript: "Laden Sie diese Seite neu, um die neuesten Messwerte zu sehen.",
  reload: "Neu laden",
  errorCode: "Code: {code}",
  failOffline:
    "Der Ladepunkt hat die Verbindung verloren. Es wurde nichts berechnet. Wählen Sie einen anderen, oder versuchen Sie es in einigen Minuten noch einmal.",
  failRejected:
    "Der Ladepunkt hat den Start abgelehnt. Es wurde nichts berechnet. Prüfen Sie, ob jemand anderes das Kabel nutzt, und versuchen Sie es noch einmal.",
  failNoAnswer: "Der Ladepunkt hat nicht geantwortet. Es wurde nichts berechnet. Versuchen Sie es noch einmal.",
  failNotPluggedIn:
    "Es wurde nicht rechtzeitig ein Auto angesteckt. Es wurde nichts berechnet. Starten Sie neu, wenn das Kabel bereitliegt.",
  failNotCharging:
    "Auto und Ladepunkt haben sich nicht auf das Laden geeinigt. Es wurde nichts berechnet. Stecken Sie ab, wieder an, und versuchen Sie es noch einmal.",
  failError:
    "Der Start hat nicht geklappt. Es wurde nichts berechnet. Versuchen Sie es noch einmal, oder wählen Sie einen anderen Ladepunkt.",
  errorNetwork:
    "Der Hub ist nicht erreichbar; wir wissen nicht, ob das angekommen ist. Prüfen Sie, ob Sie noch im WLAN des Standorts sind. Noch einmal versuchen schadet nicht: Es bleibt ein und derselbe Ladevorgang.",
  errorAccessKey:
    "Dieser Zugangsschlüssel gilt hier nicht. Es wurde nichts berechnet. Prüfen Sie ihn auf Tippfehler, oder fragen Sie den Betreiber.",
  errorForbidden: "Ohne Buchung kann hier nicht gestartet werden. Es wurde nichts berechnet.",
  errorBusy: "Jemand anderes nutzt diesen Anschluss. Ihnen wurde nichts berechnet. Wählen Sie einen anderen.",
  errorNotNow:
    "Dieser Ladepunkt lässt sich gerade nicht starten. Es wurde nichts berechnet. Bitte wählen Sie einen anderen.",
  reservedFrom: "Reserviert von {from} bis {until}.",
  reservedLater: "Bis dahin kann hier jeder laden; der Ladevorgang endet spätestens um {time}.",
  reservedHeld:
    "Der Platz wird für jemanden mit Buchung freigehalten. Bitte einen anderen Ladepunkt wählen, oder die eigene Buchung starten.",
  leaveBy: "Das Laden endet spätestens um {time}.",
  standby: "Auf Abruf: Das Laden endet, wenn jemand mit einer Buchung kommt.",
  errorRate:
    "Zu viele Versuche in kurzer Zeit. Es wurde nichts berechnet. Warten Sie eine Minute, und versuchen Sie es dann noch einmal.",
  errorStop:
    "Der Ladevorgang ließ sich von hier nicht beenden; er läuft weiter und kostet weiter. Stecken Sie am Auto ab, oder nutzen Sie den Stopp am Ladepunkt.",
  errorNotYours:
    "Dieser Ladevorgang wurde anderswo gestartet und lässt sich nur dort beenden. Er läuft unverändert weiter.",
  standbyTitle: "Sie können auf Abruf laden",
  standbyText:
    "Der Hub weiß gerade nicht, ob dieser Platz gebucht ist. Sie können laden, aber wenn jemand mit einer Buchung kommt, endet Ihr Ladevorgang. Sie zahlen nur, was Sie bis dahin geladen haben.",
  startStandby: "Auf Abruf laden",
  yourBooking: "Ihre Buchung",
  bookingTimes: "{from} bis {until}",
  bookingOpens: "Starten können Sie ab {time}.",
  startBooked: "Buchung starten",
  haveBooking: "Ich habe eine Buchung",
  haveBookingText:
    "Öffnen Sie den Link Ihrer Bestätigung auf diesem Telefon, oder tippen Sie ab, was darauf steht, wenn Sie hier am Standort gebucht haben.",
  reference: "Buchungsnummer",
  referenceHint: "8 Buchstaben und Ziffern, etwa 4F7A09C2.",
  pin: "PIN",
  pinHint: "Die 6 Ziffern aus Ihrer Bestätigung.",
  waiting:
    "Ihre Buchung ist bekannt. Das Auto, das hier auf Abruf lädt, wird gerade beendet; wenn es weg ist, starten Sie noch einmal.",
  giveUp: "Aufgeben und entschädigt werden",
  settledBack: "Ihre Buchung ist beendet. {amount} werden Ihnen zurückgezahlt.",
  settledOwed: "Ihre Buchung ist beendet. Sie kostet {amount}.",
  settledFree: "Ihre Buchung ist beendet. Sie kostet nichts.",
  unlock: "Stecker klemmt? Entriegeln",
  unlocking: "Wird entriegelt",
  unlocked: "Der Ladepunkt hat den Stecker freigegeben. Ziehen Sie ihn jetzt heraus.",
  errorUnlock:
    "Der Stecker wurde nicht freigegeben. Das kostet nichts. Bitten Sie den Betreiber dieses Standorts um Hilfe.",
  errorReserved:
    "Dieser Platz ist von {from} bis {until} reserviert. Es wurde nichts berechnet. Bitte wählen Sie einen anderen.",
  errorPass:
    "Dieser Pass ist beschädigt oder gilt nicht hier. Es wurde nichts berechnet. Öffnen Sie den Link Ihrer Bestätigung noch einmal.",
  errorPassOther:
    "Diese Buchung ist für einen anderen Standort. Es wurde nichts berechnet. Prüfen Sie die Adresse in Ihrer Bestätigung.",
  errorPassRevoked:
    "Diese Buchung wurde storniert oder verschoben, der Pass gilt nicht mehr. Es wurde nichts berechnet. Öffnen Sie die neueste Bestätigung.",
  errorPassUsed:
    "Diese Buchung wurde schon genutzt: Ein Pass startet nur einen Ladevorgang. Es wurde nichts weiter berechnet.",
  errorTooEarly: "Für diese Buchung ist es noch zu früh. Es wurde nichts berechnet. Starten können Sie ab {from}.",
  errorTooLate: "Die Zeit zum Ankommen endete um {until}, die Buchung ist vorbei. Es wurde nichts gestartet.",
  errorPin:
    "Diese PIN stimmt nicht. Es wurde nichts berechnet. Sehen Sie in der Bestätigung nach; nach fünf falschen ist die Buchung gesperrt.",
  errorOperator:
    "Der Hub kann diese Buchung nicht selbst prüfen. Es wurde nichts berechnet. Bitten Sie den Betreiber dieses Standorts, Sie einzulassen.",
  errorReference:
    "Hier gibt es keine Buchung mit dieser Nummer. Es wurde nichts berechnet. Prüfen Sie sie auf Tippfehler, oder öffnen Sie den Link Ihrer Bestätigung.",
  errorFull:
    "Alle Ladepunkte, die zu Ihrer Buchung passen, sind belegt. Es wurde nichts berechnet. Warten und noch einmal versuchen, oder aufgeben und entschädigt werden.",
  errorPlaceFree: "Es gibt doch einen freien Platz für Sie. Starten Sie Ihre Buchung.",
  errorAny: "Das hat nicht geklappt. Es wurde nichts berechnet. Versuchen Sie es noch einmal.",
};
