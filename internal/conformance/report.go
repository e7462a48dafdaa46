package conformance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Verdict is what became of a case.
type Verdict string

const (
	Pass Verdict = "pass"
	// Fail: the server does otherwise.
	Fail Verdict = "fail"
	// Differs: it does otherwise than was inferred or decided, which fails only a
	// strict run.
	Differs Verdict = "differs"
	// Skipped: the case could not be tried.
	Skipped Verdict = "skipped"
	// NotOffered: the server does not have it, and need not.
	NotOffered Verdict = "not offered"
)

// Verdicts are all, worst first.
var Verdicts = [...]Verdict{Fail, Differs, Skipped, NotOffered, Pass}

// Result is a case's verdict. Saw and Wanted are there for what fails or differs,
// with the exchange, Reason for what was not tried. None of it holds a secret.
type Result struct {
	Name    string        `json:"name"`
	Fact    string        `json:"fact"`
	Section string        `json:"section"`
	Mark    string        `json:"mark"`
	Verdict Verdict       `json:"verdict"`
	Saw     string        `json:"saw,omitempty"`
	Wanted  string        `json:"wanted,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Took    time.Duration `json:"took"` // nanoseconds
	Trace   []string      `json:"trace,omitempty"`
}

// Report is a run's results, in the order of the cases.
type Report struct {
	URL         string        `json:"url"`
	User        string        `json:"user"`
	Destructive bool          `json:"destructive"`
	Strict      bool          `json:"strict"`
	Started     time.Time     `json:"started"`
	Took        time.Duration `json:"took"` // nanoseconds
	Results     []Result      `json:"results"`
	// Left is what could not be taken down.
	Left []string `json:"left,omitempty"`
}

// Count tells how many results have a verdict.
func (r Report) Count(v Verdict) int {
	n := 0
	for _, one := range r.Results {
		if one.Verdict == v {
			n++
		}
	}
	return n
}

// Line is a result as a line of a table, with what there is to say below it.
func (r Result) Line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-11s  %-5s  %-11s  %s\n", r.Verdict, r.Section, r.Mark, r.Name)
	below := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%13s%s: %s\n", "", what, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 15)))
		}
	}
	if r.Verdict == Fail || r.Verdict == Differs {
		below("fact", r.Fact)
	}
	below("saw", r.Saw)
	below("wanted", r.Wanted)
	below("because", r.Reason)
	return b.String()
}

// Summary counts in one line.
func (r Report) Summary() string {
	var words []string
	for _, v := range Verdicts {
		if n := r.Count(v); n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, v))
		}
	}
	return fmt.Sprintf("%d facts: %s", len(r.Results), strings.Join(words, ", "))
}

// Traces writes what was sent and received where the server failed or differs.
func (r Report) Traces(w io.Writer) error {
	for _, one := range r.Results {
		if len(one.Trace) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s %s\n%s\n", one.Verdict, one.Name, strings.Join(one.Trace, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// JSON writes the report as one object.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// The elements of a JUnit report, as build servers read it.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Stamp    string      `xml:"timestamp,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitNote `xml:"failure,omitempty"`
		Skipped *junitNote `xml:"skipped,omitempty"`
		Output  string     `xml:"system-out,omitempty"`
	}
	junitNote struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report as JUnit does. What differs has passed, and says so in
// its output.
func (r Report) JUnit(w io.Writer) error {
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
	suite := junitSuite{
		Name: "ICWS " + r.URL, Tests: len(r.Results), Failures: r.Count(Fail), Skipped: r.Count(Skipped) + r.Count(NotOffered),
		Time: seconds(r.Took), Stamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
	}
	for _, one := range r.Results {
		class, name, _ := strings.Cut(one.Name, "/")
		c := junitCase{Class: "icws." + class, Name: name, Time: seconds(one.Took)}
		differs := fmt.Sprintf("%s [%s, section %s]\nsaw: %s\nwanted: %s", one.Fact, one.Mark, one.Section, one.Saw, one.Wanted)
		switch one.Verdict {
		case Fail:
			c.Failure = &junitNote{"saw " + one.Saw + ", wanted " + one.Wanted, differs + "\n\n" + strings.Join(one.Trace, "\n")}
		case Differs:
			c.Output = "differs: " + differs
		case Skipped, NotOffered:
			c.Skipped = &junitNote{Message: string(one.Verdict) + ": " + one.Reason}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
