package icws

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// stationTypes are the derived types of stationSettings.
var stationTypes = map[string]agent.StationKind{
	"urn:inin.com:connection:workstationSettings":       agent.Workstation,
	"urn:inin.com:connection:remoteWorkstationSettings": agent.RemoteWorkstation,
	"urn:inin.com:connection:remoteNumberSettings":      agent.RemoteNumber,
	"urn:inin.com:connection:stationlessSettings":       agent.Stationless,
}

// stationBody is stationSettings with all that its derived types add.
type stationBody struct {
	Type           *string `json:"__type"`
	Workstation    *string `json:"workstation"`
	RemoteNumber   *string `json:"remoteNumber"`
	Persistent     bool    `json:"persistentConnection"`
	Media          []int   `json:"supportedMediaTypes"`
	ConnectionMode int     `json:"stationConnectionMode"`
	Ready          *bool   `json:"readyForInteractions"`
}

// wish reads which station is asked for.
func (b stationBody) wish() (session.Wish, error) {
	if b.Type == nil {
		return session.Wish{}, missing("__type")
	}
	kind, ok := stationTypes[*b.Type]
	if !ok {
		return session.Wish{}, invalid("__type", "There are no station settings %q.", *b.Type)
	}
	if b.ConnectionMode < 0 || b.ConnectionMode > 2 {
		return session.Wish{}, invalid("stationConnectionMode", "stationConnectionMode must be 0, 1 or 2.")
	}
	for _, m := range b.Media {
		if m < 0 || m > 9 {
			return session.Wish{}, invalid("supportedMediaTypes", "supportedMediaTypes are numbers from 0 to 9.")
		}
	}
	w := session.Wish{Kind: kind, Persistent: b.Persistent, Ready: b.Ready == nil || *b.Ready, Media: b.Media}
	var err error
	if b.RemoteNumber != nil && *b.RemoteNumber != "" {
		if w.Number, err = target(*b.RemoteNumber); err != nil {
			return session.Wish{}, err
		}
	}
	switch kind {
	case agent.Workstation, agent.RemoteWorkstation:
		if b.Workstation == nil || *b.Workstation == "" {
			return session.Wish{}, missing("workstation")
		}
		w.Name = *b.Workstation
		if kind == agent.Workstation {
			w.Number = ""
		}
	case agent.RemoteNumber:
		if w.Number == "" {
			return session.Wish{}, missing("remoteNumber")
		}
	}
	return w, nil
}

var (
	digits = regexp.MustCompile(`^\+?[0-9*#]{2,32}$`)
	sipURI = regexp.MustCompile(`^sips?:[A-Za-z0-9._~!$&'()*+,;=%-]{1,64}@[A-Za-z0-9.:\[\]-]{1,200}(;transport=(udp|tcp|tls))?$`)
	spaces = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "")
)

// target reads a number to call as people type it, or a SIP URI.
func target(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if number := spaces.Replace(typed); digits.MatchString(number) {
		return number, nil
	}
	if sipURI.MatchString(typed) {
		return typed, nil
	}
	return "", invalid("remoteNumber", "remoteNumber must be a phone number, or a SIP URI such as sip:anna@192.0.2.7.")
}

// putStation is PUT connection/station (contract section 2).
func putStation(s *server, r *request) (answer, error) {
	var b stationBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	wish, err := b.wish()
	if err != nil {
		return answer{}, err
	}
	seat, err := s.book.Sit(r.Context(), r.session, wish)
	if fault.KindOf(err) == fault.NotFound {
		return answer{}, &fault.Error{Kind: fault.NotFound, Code: errNoStation.Code, Message: "There is no station " + wish.Name + "."}
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Property != "" {
		return answer{}, invalid(f.Property, "%s", f.Message)
	}
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: stationOf(&seat), header: map[string]string{
		"Location": r.base + "/icws/" + r.session.ID + "/connection/station",
	}}, nil
}

func getStation(s *server, r *request) (answer, error) {
	seat, ok := s.book.Seat(r.session)
	if !ok {
		return answer{}, errNoStation
	}
	return answer{status: http.StatusOK, body: stationOf(&seat)}, nil
}

func deleteStation(s *server, r *request) (answer, error) {
	return answer{status: http.StatusOK}, s.book.Stand(r.Context(), r.session)
}

// stationInformation is a station on the wire.
type stationInformation struct {
	CanBeDialed       bool   `json:"canBeDialed"`
	Extension         string `json:"extension"`
	ID                string `json:"id"`
	RemoteNumber      string `json:"remoteNumber,omitempty"`
	StationSetting    int    `json:"stationSetting"`
	AllowedMediaTypes []int  `json:"allowedMediaTypes,omitempty"`
}

// stationOf describes a seat; nil is a station that there is none of. What the
// phone is reached by is told for remote stations only, where the agent knows it.
func stationOf(seat *session.Seat) stationInformation {
	if seat == nil {
		return stationInformation{}
	}
	st := seat.Station
	info := stationInformation{CanBeDialed: st.Callable(), Extension: st.Name, ID: st.Name, AllowedMediaTypes: seat.Media}
	if st.Kind != agent.Stationless {
		info.StationSetting = int(st.Kind) // the numbers are the wire's
	}
	if st.Kind == agent.RemoteNumber || st.Kind == agent.RemoteWorkstation {
		info.RemoteNumber, info.Extension = st.Target, st.Target
	}
	return info
}

// effectiveStation is effectiveStationInfo.
func effectiveStation(st agent.Station) map[string]any {
	return map[string]any{"stationId": map[string]string{"id": st.Name, "displayName": st.Name, "uri": "/configuration/stations/" + url.PathEscape(st.Name)}}
}
