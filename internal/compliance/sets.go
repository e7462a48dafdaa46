package compliance

import "time"

// The rule sets that this program brings along. Each rule says where it was read and
// when; what was read only as others sum it up says so. None of it is legal advice:
// docs/compliance.md tells what is not here, and a lawyer must confirm what is.

// edition is the version of the rules below: the month in which they were last held
// against their sources.
const edition = "2026-11"

// read is the day on which most of them were, and readLater that of the others.
const (
	read      = "2026-11-25"
	readLater = "2026-11-26"
)

var sets = map[string][]Rule{
	"us-federal": {
		{
			ID: "us-federal/hours", Version: edition, From: Date{2003, time.August, 25}, Read: read,
			Source: "47 CFR 64.1200(c)(1); 16 CFR 310.4(c)",
			Says:   "no solicitation before 8:00 or after 21:00 where the called party is",
			Open:   every(8, 21),
		},
		{
			ID: "us-federal/ring", Version: edition, From: Date{2003, time.October, 1}, Read: read,
			Source: "47 CFR 64.1200(a)(6); 16 CFR 310.4(b)(4)(ii)",
			Says:   "an unanswered call is not given up before 15 seconds or four rings",
			Ring:   15 * time.Second,
		},
		{
			ID: "us-federal/abandonment", Version: edition, From: Date{2003, time.October, 1}, Read: read,
			Source:    "47 CFR 64.1200(a)(7); 16 CFR 310.4(b)(4)",
			Says:      "an agent within 2 seconds of the completed greeting, or a recorded message with name and number; at most 3 % of live answers abandoned in 30 days of a campaign",
			Abandoned: 0.03, Over: 30 * 24 * time.Hour, Wait: 2 * time.Second,
		},
		{
			ID: "us-federal/do-not-call", Version: edition, From: Date{2005, time.January, 1}, Read: read,
			Source: "47 CFR 64.1200(c)(2)(i)(D); 16 CFR 310.4(b)(3)(iv)",
			Says:   "the national list is no older than 31 days",
			Fresh:  31 * 24 * time.Hour,
		},
	},
	"us-states": {
		{
			ID: "us-states/AL-hours", Where: "US-AL", Version: edition, Read: read,
			Source: "Ala. Admin. Code 770-X-5-.17(1)(b), of automated solicitation; an excerpt was read",
			Says:   "8:00 to 20:00, and not on a Sunday or a holiday, of which the federal ones are known here",
			Open:   workdays(8, 20, 8, 20), Holidays: "us-federal",
		},
		{
			ID: "us-states/CT-hours", Where: "US-CT", Version: edition, Read: read,
			Source: "Conn. Gen. Stat. 42-288a; hours read in summaries, of which the strictest is taken",
			Says:   "9:00 to 20:00",
			Open:   every(9, 20),
		},
		{
			ID: "us-states/FL-hours", Where: "US-FL", Version: edition, From: Date{2021, time.July, 1}, Read: read,
			Source: "Fla. Stat. 501.616(6)(a)",
			Says:   "8:00 to 20:00 in the called person's time zone",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/FL-attempts", Where: "US-FL", Version: edition, From: Date{2021, time.July, 1}, Read: read,
			Source: "Fla. Stat. 501.616(6)(b), as in CS for SB 1120 (2021)",
			Says:   "no more than three calls to a person in 24 hours on the same matter",
			Calls:  3, Within: 24 * time.Hour,
		},
		{
			ID: "us-states/KY-hours", Where: "US-KY", Version: edition, Read: read,
			Source: "KRS 367.46955; hours read in summaries",
			Says:   "10:00 to 21:00",
			Open:   every(10, 21),
		},
		{
			ID: "us-states/LA-hours", Where: "US-LA", Version: edition, Read: read,
			Source: "La. Rev. Stat. 45:811(2) and (3)",
			Says:   "8:00 to 20:00, Monday to Saturday, and not on a state holiday, of which the federal ones are known here",
			Open:   workdays(8, 20, 8, 20), Holidays: "us-federal",
		},
		{
			ID: "us-states/MA-hours", Where: "US-MA", Version: edition, Read: read,
			Source: "201 Code Mass. Regs. 12.02(2)",
			Says:   "no unsolicited sales call between 20:00 and 8:00",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/MD-hours", Where: "US-MD", Version: edition, From: Date{2024, time.January, 1}, Read: read,
			Source: "Md. Code, Com. Law 14-4502 (Stop the Spam Calls Act of 2023); hours read in summaries",
			Says:   "8:00 to 20:00 in the called party's time zone",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/MD-attempts", Where: "US-MD", Version: edition, From: Date{2024, time.January, 1}, Read: read,
			Source: "Md. Code, Com. Law 14-4502; read in summaries",
			Says:   "no more than three calls in 24 hours on the same matter",
			Calls:  3, Within: 24 * time.Hour,
		},
		{
			ID: "us-states/MI-hours", Where: "US-MI", Version: edition, Read: read,
			Source: "Mich. Comp. Laws 445.111 to 445.113; hours read in tables that others keep",
			Says:   "9:00 to 21:00",
			Open:   every(9, 21),
		},
		{
			ID: "us-states/MN-hours", Where: "US-MN", Version: edition, Read: read,
			Source: "Minn. Stat. 325E.30; hours read in tables that others keep",
			Says:   "9:00 to 21:00",
			Open:   every(9, 21),
		},
		{
			ID: "us-states/MS-hours", Where: "US-MS", Version: edition, Read: read,
			Source: "Miss. Code 77-3-603(a) and 77-3-723(1), as quoted by counsel",
			Says:   "8:00 to 21:00, and not on a Sunday",
			Open:   workdays(8, 21, 8, 21),
		},
		{
			ID: "us-states/NV-hours", Where: "US-NV", Version: edition, Read: read,
			Source: "Nev. Rev. Stat. 599B; hours read in tables that others keep",
			Says:   "9:00 to 20:00",
			Open:   every(9, 20),
		},
		{
			ID: "us-states/NM-hours", Where: "US-NM", Version: edition, Read: read,
			Source: "N.M. Stat. 57-12-22(B)(5), as of 2006",
			Says:   "no solicitation that is received before 9:00 or after 21:00",
			Open:   every(9, 21),
		},
		{
			ID: "us-states/OK-hours", Where: "US-OK", Version: edition, From: Date{2022, time.November, 1}, Read: read,
			Source: "Okla. Stat. tit. 15, 775C.4 (Telephone Solicitation Act of 2022); read in summaries",
			Says:   "8:00 to 20:00",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/OK-attempts", Where: "US-OK", Version: edition, From: Date{2022, time.November, 1}, Read: read,
			Source: "Okla. Stat. tit. 15, 775C.4; read in summaries",
			Says:   "no more than three calls in 24 hours",
			Calls:  3, Within: 24 * time.Hour,
		},
		{
			ID: "us-states/PA-hours", Where: "US-PA", Version: edition, From: Date{2019, time.December, 3}, Read: readLater,
			Source: "73 P.S. 2245(a)(1), an excerpt, and (a)(10), as summed up; holidays of 44 P.S. 11, as others list them",
			Says:   "8:00 to 21:00, and not on a legal holiday, which Saturday is from noon on",
			Open:   week(between(8, 21), between(8, 12), between(8, 21)), Holidays: "us-pennsylvania",
		},
		{
			ID: "us-states/PA-hours-2026", Where: "US-PA", Version: edition, From: Date{2026, time.October, 18}, Read: readLater,
			Source: "Senate Bill 992 of 2025, as the Senate told of it, and a list that others keep, which names the day; the act was not read",
			Says:   "9:00 to 19:00, and not on a Sunday",
			Open:   workdays(9, 19, 9, 19),
		},
		{
			ID: "us-states/RI-hours", Where: "US-RI", Version: edition, Read: read,
			Source: "R.I. Gen. Laws 5-61-3.6 and 5-61-2(2)",
			Says:   "Monday to Friday 9:00 to 18:00, Saturday 10:00 to 17:00, and not on a state or federal holiday, of which the federal ones are known here",
			Open:   workdays(9, 18, 10, 17), Holidays: "us-federal",
		},
		{
			ID: "us-states/SC-hours", Where: "US-SC", Version: edition, From: Date{2018, time.May, 18}, Read: read,
			Source: "S.C. Code 37-21-30 (Telephone Privacy Protection Act of 2018); read in summaries",
			Says:   "8:00 to 21:00, local time",
			Open:   every(8, 21),
		},
		{
			ID: "us-states/TX-hours", Where: "US-TX", Version: edition, From: Date{2009, time.April, 1}, Read: readLater,
			Source: "Tex. Bus. & Com. Code 301.051; hours read in summaries by counsel",
			Says:   "Monday to Saturday 9:00 to 21:00, Sunday 12:00 to 21:00",
			Open:   week(between(9, 21), between(9, 21), between(12, 21)),
		},
		{
			ID: "us-states/UT-hours", Where: "US-UT", Version: edition, Read: read,
			Source: "Utah Code 13-25a-103(3)",
			Says:   "8:00 to 21:00, and not on a Sunday or a legal holiday, of which the federal ones and Pioneer Day are known here",
			Open:   workdays(8, 21, 8, 21), Holidays: "us-utah",
		},
		{
			ID: "us-states/WA-hours", Where: "US-WA", Version: edition, Read: read,
			Source: "RCW 19.158.040(2)",
			Says:   "8:00 to 20:00 where the call is received",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/WY-hours", Where: "US-WY", Version: edition, Read: readLater,
			Source: "hours read in one list that others keep; Wyo. Stat. 40-12-301 to 40-12-305, as far as they were read, do not name them",
			Says:   "8:00 to 20:00",
			Open:   every(8, 20),
		},
		{
			ID: "us-states/CA-recording", Where: "US-CA", Version: edition, Read: read,
			Source:  "Cal. Penal Code 632(a)",
			Says:    "a confidential call is recorded only with the consent of all parties",
			Consent: true,
		},
		{
			ID: "us-states/WA-recording", Where: "US-WA", Version: edition, Read: read,
			Source:  "RCW 9.73.030; read in summaries",
			Says:    "a private call is recorded only with the consent of all parties, which an announcement that is recorded too may give",
			Consent: true,
		},
	},
	"reg-f": {
		{
			ID: "reg-f/hours", Version: edition, From: Date{2021, time.November, 30}, Read: read,
			Source: "12 CFR 1006.6(b)(1)",
			Says:   "before 8:00 and after 21:00 where the consumer is counts as inconvenient",
			Open:   every(8, 21),
		},
		{
			ID: "reg-f/attempts", Version: edition, From: Date{2021, time.November, 30}, Read: read,
			Source: "12 CFR 1006.14(b)(2)(i)(A)",
			Says:   "no more than seven calls to a person about a debt within seven consecutive days",
			Calls:  7, Within: 7 * 24 * time.Hour,
		},
		{
			ID: "reg-f/conversation", Version: edition, From: Date{2021, time.November, 30}, Read: read,
			Source: "12 CFR 1006.14(b)(2)(i)(B)",
			Says:   "no call to a person about a debt within seven days after a conversation about it",
			Quiet:  7 * 24 * time.Hour,
		},
	},
	"uk": {
		{
			ID: "uk/abandoned-number", Version: edition, From: Date{2010, time.October, 1}, Read: read,
			Source: "Ofcom, Tackling abandoned and silent calls (2010), annex 1; Persistent misuse (in force 1 March 2017), annex; read in part",
			Says:   "a number whose call was abandoned is not called for 72 hours unless an agent is sure to be there",
			Rest:   72 * time.Hour, Attended: true,
		},
		{
			ID: "uk/ring", Version: edition, From: Date{2010, time.October, 1}, Read: read,
			Source: "Ofcom, as above",
			Says:   "an unanswered call rings for 15 seconds at least",
			Ring:   15 * time.Second,
		},
		{
			ID: "uk/abandonment", Version: edition, From: Date{2010, time.October, 1}, Read: read,
			Source:    "Ofcom, as above",
			Says:      "within 2 seconds an agent or a recorded message; at most 3 % of live answers abandoned in 24 hours, with what analysis takes for machines reckoned in",
			Abandoned: 0.03, Over: 24 * time.Hour, Wait: 2 * time.Second,
		},
	},
}

// every is the week of the same hours each day, workdays the one with hours of its own
// on Saturdays and none on Sundays, and week that of whatever hours.
func every(from, to int) *Week {
	return week(between(from, to), between(from, to), between(from, to))
}

func workdays(from, to, saturdayFrom, saturdayTo int) *Week {
	return week(between(from, to), between(saturdayFrom, saturdayTo), Hours{})
}

func week(days, saturday, sunday Hours) *Week {
	w := days.daily()
	w[time.Saturday], w[time.Sunday] = saturday, sunday
	return &w
}

func between(from, to int) Hours {
	return Hours{From: time.Duration(from) * time.Hour, To: time.Duration(to) * time.Hour}
}
