package icws

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// lists answers each query with the same rows, and keeps what it was asked.
type lists struct {
	list, statement string
	params          []string
	err             error
}

func (l *lists) Query(_ context.Context, list, statement string, params []string) ([]string, [][]string, bool, error) {
	l.list, l.statement, l.params = list, statement, params
	return []string{"I3_IDENTITY", "PLAN"}, [][]string{{"7", "Gold"}, {"8", ""}}, true, l.err
}

// TestCallListQuery: a statement and its parameters reach the list under its own
// name, for who supervises a campaign that uses it.
func TestCallListQuery(t *testing.T) {
	l := &lists{}
	o := openOffice(t, Config{Queries: l})
	def := spring(false)
	def.List = "Customers"
	other := spring(false)
	other.List, other.Workgroup = "Debtors", "Collections"
	o.floor.keep(dialer.CampaignView{Campaign: def}, dialer.CampaignView{Campaign: other})
	const path = "/dialer/perform-call-list-query"
	ask := func(list, more string) string {
		return `{"connectionid":"C0FFEE00-0000-4000-8000-000000000000","contactlisttable":"` + list + `","statement":"SELECT * FROM x WHERE PLAN = ?"` + more + `}`
	}
	sara := o.signIn("sara", "desk")
	golden(t, sara.must(200, "POST", path, ask("customers", `,"commandtype":4,"queryType":1,"parameters":[{"value":"G\u00e9","type":200,"size":10},{"value":7.50,"type":5},{"value":true,"type":11}]`)).json(t),
		`{"columns":["I3_IDENTITY","PLAN"],"rows":[{"I3_IDENTITY":"7","PLAN":"Gold"},{"I3_IDENTITY":"8","PLAN":""}],"more":true}`)
	if want := (lists{"Customers", "SELECT * FROM x WHERE PLAN = ?", []string{"Gé", "7.50", "true"}, nil}); !reflect.DeepEqual(*l, want) {
		t.Errorf("asked %+v, want %+v", *l, want)
	}
	*l = lists{}
	for user, lists := range map[string]map[string]int{
		"anna": {"Customers": 403, "Debtors": 403, "None": 403},
		"sara": {"Customers": 200, "Debtors": 403, "None": 403},
		"root": {"Customers": 200, "Debtors": 200, "None": 400},
	} {
		c := o.signIn(user, "desk")
		for list, want := range lists {
			c.must(want, "POST", path, ask(list, ""))
		}
	}
	*l = lists{}
	for more, property := range map[string]string{
		`,"commandtype":3`:               "commandtype",
		`,"CommandType":"Select"`:        "commandtype",
		`,"querytype":2`:                 "querytype",
		`,"statement":""`:                "statement",
		`,"contactlisttable":""`:         "contactlisttable",
		`,"parameters":[{"type":5}]`:     "parameters.value",
		`,"parameters":[{"value":null}]`: "parameters.value",
		`,"parameters":[{"value":[1]}]`:  "parameters.value",
		`,"parameters":[{"value":{}}]`:   "parameters.value",
		`,"parameters":[null]`:           "parameters.value",
		`,"parameters":{}`:               "parameters",
		`,"parameters":[` + strings.Repeat(`{"value":1},`, 100) + `{"value":1}]`: "parameters",
		`,"statement":` + strconv.Quote(strings.Repeat("x", 16<<10+1)):           "statement",
	} {
		if b := sara.must(400, "POST", path, ask("Customers", more)).json(t); b["propertyName"] != property {
			t.Errorf("%.60s: %v", more, b)
		}
	}
	if l.statement != "" {
		t.Errorf("asked all the same: %+v", *l)
	}
	for kind, want := range map[fault.Kind]int{fault.Invalid: 400, fault.NotFound: 400, fault.Busy: 400, fault.Internal: 500} {
		l.err = fault.New(kind, "column 9: only SELECT")
		if r := sara.must(want, "POST", path, ask("Customers", "")); want == 400 && !strings.Contains(r.text, "Column 9: only SELECT.") {
			t.Errorf("%v: %s", kind, r.text)
		}
	}
	without := openOffice(t, Config{})
	without.floor.keep(dialer.CampaignView{Campaign: def})
	without.signIn("root", "desk").must(400, "POST", path, ask("Customers", ""))
}

// FuzzQueryBody: a query that is let through is a SELECT as far as the body tells,
// within its limits, and its parameters are as many as were given.
func FuzzQueryBody(f *testing.F) {
	for _, b := range []string{
		`{"connectionid":"c","contactlisttable":"l","statement":"SELECT 1","commandtype":4,"querytype":1,"parameters":[{"value":"x","type":200}]}`,
		`{"ConnectionId":"c","contactListTable":"l","statement":"s","parameters":[{"value":1e400},{"value":"\ud800"},{"value":true}]}`,
		`{"connectionid":"c","contactlisttable":"l","statement":"s","parameters":[{"value":null}]}`, `{"parameters":[null]}`, `{"commandtype":5}`,
	} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var b queryBody
		err := (&request{body: body}).decode(&b)
		var params []string
		if err == nil {
			params, err = b.check()
		}
		switch {
		case err != nil && fault.KindOf(err) != fault.Invalid:
			t.Errorf("%q: %v", body, err)
		case err != nil:
		case b.List == "" || b.Statement == "" || len(b.Statement) > statementLimit || len(params) != len(b.Parameters) || len(params) > paramLimit:
			t.Errorf("%q was let through: %q", body, params)
		case b.Command != nil && *b.Command != commandSelect || b.Kind != nil && *b.Kind != queryCallList:
			t.Errorf("%q was let through", body)
		}
	})
}
