package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Options say which server is visited, as whom, and how far it may go.
type Options struct {
	URL            string // like https://host:8019; a path before /icws belongs to it
	User, Password string
	Application    string // the applicationName: default "outdial-conformance"
	// Station is a workstation, RemoteNumber a phone's number; a call is taken at
	// the number if both are given. Without either no case gets to a station.
	Station, RemoteNumber string
	// Campaign is the name of one whose contacts may be called. Without it, none are.
	Campaign string
	// Call is a phone that may be called from the station: the agent's own calls are
	// tried with it, also without Destructive. Without it, none are made.
	Call string
	// AdminUser is one with the rights that the user lacks.
	AdminUser, AdminPassword string
	// Origin is one that the server allows to its web pages (CORS).
	Origin string
	// Only tries the cases whose name or section it matches.
	Only *regexp.Regexp
	// Destructive allows what changes something.
	Destructive bool
	// Strict makes failures of what else only differs.
	Strict bool
	// Insecure takes any TLS certificate.
	Insecure bool
	// Timeout bounds each answer and each wait for a message: default 10 s.
	Timeout time.Duration
	// Told, if set, hears of each result when it is there.
	Told func(Result)
}

// leavingTime is what taking everything down may take, after the run was cut
// short as well.
const leavingTime = time.Minute

// Run tries the cases. The error says that there was nothing to try them on; what
// the server does wrong is in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Application = cmp.Or(o.Application, "outdial-conformance")
	all, err := parseShapes(shapesText)
	if err != nil {
		return Report{}, fmt.Errorf("shapes.txt: %w", err)
	}
	c, err := newClient(o.URL, o.Timeout, o.Insecure)
	if err != nil {
		return Report{}, err
	}
	defer c.http.CloseIdleConnections()
	c.hide(o.Password)
	c.hide(o.AdminPassword)
	v := &visit{options: o, client: c, shapes: all, broken: map[Need]error{}}
	if err := v.look(ctx); err != nil {
		return Report{}, fmt.Errorf("%s does not answer: %w", c.base, err)
	}
	report := Report{URL: c.base, User: o.User, Started: time.Now(), Destructive: o.Destructive, Strict: o.Strict}
	for _, one := range Cases() {
		if o.Only != nil && !o.Only.MatchString(one.Name) && !o.Only.MatchString(one.Section) {
			continue
		}
		r := v.try(ctx, one)
		report.Results = append(report.Results, r)
		if o.Told != nil {
			o.Told(r)
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leavingTime)
	defer cancel()
	if err := v.leave(ctx); err != nil {
		report.Left = append(report.Left, c.blot(err.Error()))
	}
	report.Took = time.Since(report.Started)
	return report, nil
}

// look asks what the server announces. Any answer will do.
func (v *visit) look(ctx context.Context) error {
	v.features = map[string]int{}
	a, err := v.client.ask(ctx, nil, get("/connection/features"))
	if err != nil {
		return err
	}
	v.features = announced(a.property("featureInfoList"))
	return nil
}

// try tries one case and judges.
func (v *visit) try(ctx context.Context, c Case) Result {
	begun := time.Now()
	v.current, v.client.trace = c, nil
	r := Result{Name: c.Name, Fact: c.Fact, Section: c.Section, Mark: c.Mark.String()}
	err := v.attempt(ctx, c)
	own := context.WithoutCancel(ctx)
	trace := v.client.takeTrace()
	if tidied := v.tidy(own); err == nil && tidied != nil {
		err = tidied
	}
	r.Took = time.Since(begun)
	var m *mismatch
	var u *unmet
	var a *absent
	say := func(text string) string { return short(v.client.blot(text), 500) }
	switch {
	case err == nil:
		r.Verdict = Pass
	case ctx.Err() != nil:
		r.Verdict, r.Reason = Skipped, "the run was interrupted"
	case errors.As(err, &a):
		r.Verdict, r.Reason = NotOffered, say(a.what)
	case errors.As(err, &u):
		r.Verdict, r.Reason = Skipped, say(u.reason)
	case errors.As(err, &m):
		r.Verdict, r.Saw, r.Wanted = Fail, say(m.saw), say(m.wanted)
	default:
		r.Verdict, r.Saw, r.Wanted = Fail, say(err.Error()), "an answer"
	}
	if r.Verdict == Fail {
		r.Trace = trace
		if !c.Mark.firm() && !v.options.Strict {
			r.Verdict = Differs
		}
	}
	return r
}

// attempt carries a case out, if it may be and can be.
func (v *visit) attempt(ctx context.Context, c Case) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case c.Dials && v.options.Call == "":
		return notMet("no phone was named that may be called")
	case c.destructive() && !v.options.Destructive && !c.Dials:
		return notMet("it changes something, which was not allowed")
	case c.Feature != "" && v.features[c.Feature] < c.Version:
		return &absent{fmt.Sprintf("the server announces %s %d, and this is %d", c.Feature, v.features[c.Feature], c.Version)}
	}
	if err := v.climb(ctx, c.Needs); err != nil {
		return err
	}
	if c.Admin || c.Rights && v.options.AdminUser != "" {
		if err := v.admit(ctx); err != nil {
			return err
		}
	}
	return c.run(ctx, v)
}
