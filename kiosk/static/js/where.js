/** The centres that still have room, kept true. */
import { keepTrue } from "./fresh.js";

keepTrue(["#own", "#centres"], 20_000);
