package icws

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/outdial/outdial/internal/fault"
)

// Queries reads contact lists by a statement in a small part of SQL. Errors: Invalid
// for a statement outside of it, NotFound for a list that there is not, Busy for one
// that takes too long.
type Queries interface {
	// Query gives the rows of a list that a SELECT asks for; more says that there are
	// some beyond the limit. Params are for the statement's placeholders, in order.
	Query(ctx context.Context, list, statement string, params []string) (columns []string, rows [][]string, more bool, err error)
}

// The enumerations of a query, of which one value each is served (contract section 4.6).
const (
	commandSelect = 4 // eDBCommandType
	queryCallList = 1
)

const (
	statementLimit = 16 << 10
	paramLimit     = 100
)

// queryBody is performCallListQueryParameters. How the two enumerations and the list
// of parameters are spelled is not known: these names are guesses, in any capitals,
// and what is not found is not needed.
type queryBody struct {
	Connection string `json:"connectionid"`
	List       string `json:"contactlisttable"`
	Statement  string `json:"statement"`
	Command    *int   `json:"commandtype"`
	Kind       *int   `json:"querytype"`
	Parameters []struct {
		Value json.RawMessage `json:"value"`
	} `json:"parameters"`
}

// check reads the body; the values of the parameters become text.
func (b queryBody) check() (params []string, err error) {
	if err := required(given{"connectionid", b.Connection}, given{"contactlisttable", b.List}, given{"statement", b.Statement}); err != nil {
		return nil, err
	}
	switch {
	case b.Command != nil && *b.Command != commandSelect:
		return nil, invalid("commandtype", "commandtype must be %d: this server only reads.", commandSelect)
	case b.Kind != nil && *b.Kind != queryCallList:
		return nil, invalid("querytype", "querytype must be %d: only contact lists can be asked.", queryCallList)
	case len(b.Statement) > statementLimit:
		return nil, invalid("statement", "statement may have %d bytes at most.", statementLimit)
	case len(b.Parameters) > paramLimit:
		return nil, invalid("parameters", "parameters may hold %d at most.", paramLimit)
	}
	for _, p := range b.Parameters {
		text, ok := literal(p.Value)
		if !ok {
			return nil, invalid("parameters.value", "value must be a text, a number or a truth value.")
		}
		params = append(params, text)
	}
	return params, nil
}

// literal is the text of a JSON string, number or truth value.
func literal(raw json.RawMessage) (text string, ok bool) {
	if len(raw) == 0 || strings.ContainsRune("{[n", rune(raw[0])) {
		return "", false
	}
	if raw[0] != '"' {
		return string(raw), true
	}
	return text, json.Unmarshal(raw, &text) == nil
}

// performCallListQuery is the safe form of a resource that elsewhere runs any SQL:
// one SELECT over one contact list, for who supervises a campaign that uses it
// (contract section 11). The shape of the answer is not known; this one is ours.
func performCallListQuery(s *server, r *request) (answer, error) {
	var b queryBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	params, err := b.check()
	if err != nil {
		return answer{}, err
	}
	list, err := s.listOf(r, b.List)
	if err != nil {
		return answer{}, err
	}
	if s.cfg.Queries == nil {
		return answer{}, invalid("", "This server has no lists to ask.")
	}
	columns, rows, more, err := s.cfg.Queries.Query(r.Context(), list, b.Statement, params)
	if err != nil {
		return answer{}, plain(err, fault.NotFound, fault.Busy) // one that takes too long is the client's to mend
	}
	out := make([]map[string]string, 0, len(rows))
	for _, row := range rows {
		o := make(map[string]string, len(columns))
		for i, name := range columns {
			o[name] = row[i]
		}
		out = append(out, o)
	}
	return answer{status: http.StatusOK, body: object{"columns": append([]string{}, columns...), "rows": out, "more": more}}, nil
}

// listOf finds the contact list that a client names, if its user supervises a
// campaign that uses it. Who does not is not told whether there is one.
func (s *server) listOf(r *request, name string) (string, error) {
	snap, err := s.look(r)
	if err != nil {
		return "", err
	}
	for _, v := range snap.Campaigns {
		for _, source := range v.Campaign.Lists() {
			if strings.EqualFold(source.List, name) && r.session.User.MaySupervise(v.Campaign.Workgroup) {
				return source.List, nil
			}
		}
	}
	if r.session.User.Admin {
		return "", invalid("contactlisttable", "No campaign uses a contact list %q.", name)
	}
	return "", fault.New(fault.Forbidden, "You do not supervise a campaign that uses contact list %q.", name)
}
