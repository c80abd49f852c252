/** The bundle has the chips' flasher programs in it, which Node does not load from the package's JSON files. */
declare module "esptool-js/bundle.js" {
  export { ESPLoader, Transport } from "esptool-js";
}
