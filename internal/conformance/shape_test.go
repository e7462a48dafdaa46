package conformance

import (
	"strings"
	"testing"
)

func parsed(t testing.TB) shapes {
	t.Helper()
	all, err := parseShapes(shapesText)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestShapesAreComplete(t *testing.T) {
	all := parsed(t)
	for name, s := range all {
		if s.numbers == nil && len(s.properties) == 0 && s.base == "" {
			t.Errorf("%s has neither properties nor a base", name)
		}
	}
	for _, text := range []string{
		"type a:b\n  c a:none", "type a:b < a:none", "  c string", "enum a:b", "nonsense here",
	} {
		if _, err := parseShapes(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestShapesFindWhatIsWrong(t *testing.T) {
	all := parsed(t)
	for _, c := range []struct {
		shape, value string
		want         string // in what is found; "" is nothing
	}{
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":3}`, ""},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":3,"other":null}`, ""},
		{"connection:stationInformation", `{"extension":1,"id":"a","stationSetting":3}`, "body.extension must be a string and is 1"},
		{"connection:stationInformation", `{"extension":"1","id":"a"}`, "body.stationSetting is missing"},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":4}`, "one of the numbers 0, 1, 2, 3"},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":"3"}`, "one of the numbers"},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":3,"remoteNumber":null}`, "body.remoteNumber is null"},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":3,"allowedMediaTypes":1}`, "must be a list"},
		{"connection:stationInformation", `{"extension":"1","id":"a","stationSetting":3,"allowedMediaTypes":[1,77]}`, "body.allowedMediaTypes[1]"},
		{"connection:stationInformation", `[]`, "must be an object"},
		{"connection:connectionResponse", `{"csrfToken":"a","sessionId":"1","effectiveStation":null}`, ""},
		{"connection:serverTimeInfo", `{"serverUtcTime":"20260131T173000Z"}`, ""},
		{"connection:serverTimeInfo", `{"serverUtcTime":"2026-01-31T17:30:00Z"}`, ""},
		{"connection:serverTimeInfo", `{"serverUtcTime":"31.1.2026"}`, "must be a date"},
		{"common:featureInfo", `{"featureId":"a","version":1.5}`, "must be a integer"},
		{"common:error", `{"message":"no"}`, ""},
		{"common:error", `{"__type":"urn:inin.com:common:missingPropertyError","message":"no","propertyName":1}`, "propertyName must be a string"},
		{"common:error", `{"__type":"urn:inin.com:status:userStatus","message":"no"}`, "which is no common:error"},
		{"dialer:breakStatusMessage", `{"__type":"urn:inin.com:dialer:breakStatusMessage","isDelta":false,"breakStatus":2}`, ""},
		{"dialer:breakStatusMessage", `{"isDelta":false,"breakStatus":2}`, "__type is missing"},
		{"dialer:breakStatusMessage", `{"__type":"urn:inin.com:dialer:breakStatusMessage","breakStatus":2}`, "isDelta is missing"},
		{"dialer:dataPopMessage", `{"__type":"urn:inin.com:dialer:dataPopMessage","isDelta":false,"call":{}}`, "call: __type is missing"},
		{"dialer:baseDataPop", `{"__type":"urn:inin.com:dialer:dataPop","interactionId":"1","campaignId":"A","attributes":{"a":"b"},"autoDisconnectOnDisposition":false,"allowAgentCallbacks":true,"dispositions":[],"dialingMode":2}`, ""},
		{"dialer:baseDataPop", `{"__type":"urn:inin.com:dialer:dataPop","interactionId":"1","campaignId":"A","attributes":{"a":7},"autoDisconnectOnDisposition":false,"allowAgentCallbacks":true,"dispositions":[],"dialingMode":2}`, "attributes.a must be a string and is 7"},
		{"messaging:asyncOperationCompletedMessage", `{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"1","error":null}`, ""},
		{"messaging:asyncOperationCompletedMessage", `{"__type":"urn:inin.com:messaging:asyncOperationCompletedMessage","isDelta":false,"requestId":"1"}`, "error is missing"},
		{"no:such", `{}`, "no shape"},
	} {
		v, err := parse([]byte(c.value))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(all.check("body", c.shape, v), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: found %q, want %q", c.shape, c.value, got, c.want)
		}
	}
}

// FuzzAnswer: whatever a server sends, it is judged and nothing breaks.
func FuzzAnswer(f *testing.F) {
	all := parsed(f)
	f.Add([]byte(`[{"__type":"urn:inin.com:dialer:dataPopMessage","isDelta":false,"call":{"dispositions":[{}]}}]`))
	f.Add([]byte(`{"__type":"urn:inin.com:connection:connectionState","sessionId":[],"errorId":7}`))
	f.Add([]byte(`{"a":{"a":null}} x`))
	f.Add([]byte(`{"items":[{"configurationId":{"id":"anna"}},7,null]}`))
	f.Add([]byte(`{"a":[{"userId":{"id":"anna"}},7],"campaigns":[{"id":""},[]]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := parse(body)
		if err != nil {
			return
		}
		for name := range all {
			all.check("body", name, value)
			all.check("body", name+"[]", value)
			all.check("body", name+"{}", value)
		}
		(&pop{"1", value}).label()
		announced(value)
		listed(message{value: value}, "a", "anna")
		goneHome(message{logoutMessage, value})
		a := &answer{status: 404, body: body, json: value}
		for _, look := range []check{
			onlyCallID, textValues, isArray, inHeaders, located, cookieNamed, cookiePath, refused, onlyIDs, noNulls, ownID, itemCount(1), truth("a.a"), array("a"), there("a"),
		} {
			v := &visit{shapes: all, pop: &pop{id: "1"}, asker: &session{user: "anna"}}
			_ = look(v, a) // a judgement, whichever
		}
	})
}
