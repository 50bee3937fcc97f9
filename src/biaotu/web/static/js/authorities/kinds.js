/** The closed lists of the authority file, as `biaotu.authorities` has them. */
export const TYPES = ["person", "body", "place", "event", "period"];

export const KINDS = {
  person: ["revolutionary", "soldier", "statesman", "culture", "science", "worker", "foreign", "group", "other"],
  body: [
    "army", "army-group", "corps", "division", "brigade", "regiment", "company-unit", "detachment", "region", "command", "party", "party-organ", "government", "government-organ", "bank", "press", "school",
    "library", "museum", "hospital", "factory", "company", "union", "society", "troupe", "other",
  ],
  place: [
    "country", "province", "region", "base-area", "city", "county", "district", "town", "village", "street", "site", "building", "bridge", "road", "railway", "canal", "reservoir", "airfield", "square",
    "mountain", "pass", "river", "lake", "island", "place-of-crossing", "other",
  ],
  event: [
    "war", "campaign", "battle", "warfare", "march", "uprising", "incident", "massacre", "meeting", "meeting-of-armies", "movement", "strike", "reorganisation", "cooperation", "alliance", "agreement",
    "ceremony", "plan", "test", "competition", "fair", "disaster", "other",
  ],
  period: ["period"],
};

export const VARIANT_KINDS = ["full", "short", "former", "later", "original", "courtesy", "art", "pen", "alias", "nickname", "office", "reign", "temple", "other"];
