/** The province's units, kept true. */
import { keepTrue } from "../../js/fresh.js";

keepTrue(["#units"], 10_000);
