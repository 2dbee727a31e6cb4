/** The printers' states, kept true. */
import { keepTrue } from "../../js/fresh.js";

keepTrue(["#printers"], 5_000);
