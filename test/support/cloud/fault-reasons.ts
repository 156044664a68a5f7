import type { Fault } from "./faults.ts";

/** What a message says of each fault; further forms are those of services that notice it in another way. */
export const faultReasons: Readonly<Record<Fault, RegExp>> = {
  "refuses connections": /refuses connections/,
  "does not speak HTTP": /does not speak HTTP/,
  "answers nothing": /no answer within 0.7 seconds/,
  "stops in the middle of its answer": /no answer within 0.7 seconds/,
  "cuts the connection": /cut the connection/,
  "cuts the connection in the middle of its answer": /cut the connection/,
  "answers a web page": /answered with something that is not JSON/,
  "answers half of a JSON text": /answered with something that is not JSON/,
  "answers an empty object": /answered without a |transit backend is empty|there is none/,
  "answers numbers for texts": /answered without a |there is none/,
  "answers without end": /answered with more than \d+ bytes/,
  "forbids it, and repeats the request": /403.*\[hidden\]/,
  "fails, and repeats the request": /500.*\[hidden\]/,
  "is overloaded": /503/,
  "sends one elsewhere": /redirect|302|127\.0\.0\.1:1 (?:could not be asked|refuses connections)/,
};
