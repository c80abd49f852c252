/** In place of the map where there is no layout: a press sets the pin. */
export default function PinMap({ onPick }: { onPick: (point: { lat: number; lng: number }) => void }) {
  return <button type="button" aria-label="pin" onClick={() => onPick({ lat: 48.1, lng: 11.5 })} />;
}
