import { CoverstackError } from "../errors.js";

export const WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Hours that are known to be busy, in which more runs from the start instead of after the first queue (F19). */
export class PeakHours {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  /** Hour of the day at which they begin, 0 to 23. */
  readonly from: number;
  /** Hour of the day at which they end, 0 to 23, after `from`. */
  readonly to: number;
  /** Fewest machines, or replicas, meanwhile. */
  readonly min: number;

  /**
   * @param props.days @default Monday to Friday
   * @throws CoverstackError on an unknown time zone, hours that are none or end before they begin, or a minimum below 1
   */
  constructor(props: {
    readonly timeZone: string;
    readonly days?: readonly Weekday[] | undefined;
    readonly from: number;
    readonly to: number;
    readonly min: number;
  }) {
    const { timeZone, days = WEEKDAYS.slice(0, 5), from, to, min } = props;
    if (!isTimeZone(timeZone)) {
      throw new CoverstackError({
        what: "'timeZone' must be an IANA time zone",
        given: timeZone,
        allowed: "such as Europe/Berlin or UTC",
      });
    }
    const unknown = days.find((day) => !WEEKDAYS.includes(day));
    if (unknown !== undefined || days.length === 0) {
      throw new CoverstackError({ what: "'days' must name days", given: days, allowed: WEEKDAYS.join(", ") });
    }
    if (!(isHour(from) && isHour(to) && from < to)) {
      throw new CoverstackError({
        what: "peak hours must begin before they end",
        given: { from, to },
        allowed: "whole hours of one day, 0 to 23",
      });
    }
    if (!(Number.isInteger(min) && min >= 1)) {
      throw new CoverstackError({ what: "'min' must be a whole number", given: min, allowed: "1 or more" });
    }
    this.timeZone = timeZone;
    this.days = days;
    this.from = from;
    this.to = to;
    this.min = min;
  }
}

function isHour(hour: number): boolean {
  return Number.isInteger(hour) && hour >= 0 && hour <= 23;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
