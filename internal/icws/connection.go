package icws

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// connectionRoutes are the resources of connections and stations.
func connectionRoutes() []route {
	return []route{
		{"POST", "/connection", "connection", 10, open, true, connect, "sign-in by user and password; single sign-on answers 400"},
		{"GET", "/connection/version", "connection", 2, open, false, version, ""},
		{"GET", "/connection/features", "connection", 1, open, false, features, ""},
		{"GET", "/connection/features/{featureId}", "connection", 1, open, false, oneFeature, ""},
		{"GET", "/connection/server-info", "connection", 6, open, false, serverInfo, "there are no single sign-on providers"},
		{"GET", "/connection/server-time", "connection", 4, open, false, serverTime, ""},
		{"GET", "/{sessionId}/connection", "connection", 3, alsoOver, false, connectionState, ""},
		{"DELETE", "/{sessionId}/connection", "connection", 1, full, false, disconnect, ""},
		{"GET", "/{sessionId}/connection/switchover-status", "connection", 1, full, false, switchover, "there is no standby, so no switchover is ever active"},
		{"PUT", "/{sessionId}/connection/station", "connection", 1, full, true, putStation, ""},
		{"GET", "/{sessionId}/connection/station", "connection", 1, full, false, getStation, ""},
		{"DELETE", "/{sessionId}/connection/station", "connection", 1, full, false, deleteStation, ""},
		{"PUT", sub + "/connection/station", "connection", 1, full, false, watchStation, ""},
		{"DELETE", sub + "/connection/station", "connection", 1, full, false, unwatchStation, ""},
	}
}

const icAuth = "urn:inin.com:connection:icAuthConnectionRequestSettings"

// The states of a connection (contract section 1.4).
const (
	connectionUp   = 1
	connectionDown = 2
)

// connect is POST connection (contract section 1.3).
func connect(s *server, r *request) (answer, error) {
	header := strings.TrimSpace(r.Header.Get("Accept-Language"))
	if header == "" {
		return answer{}, missing("Accept-Language")
	}
	var b struct {
		Type            *string `json:"__type"`
		UserID          *string `json:"userID"`
		Password        *string `json:"password"`
		ApplicationName *string `json:"applicationName"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	switch {
	case b.Type == nil:
		return answer{}, missing("__type")
	case *b.Type != icAuth:
		return answer{}, invalid("__type", "This server signs in by user and password: %s.", icAuth)
	case b.ApplicationName == nil || *b.ApplicationName == "":
		return answer{}, missing("applicationName")
	case b.UserID == nil || *b.UserID == "":
		return answer{}, missing("userID")
	case b.Password == nil:
		return answer{}, missing("password")
	case len(*b.ApplicationName) > 200 || len(*b.UserID) > 200 || len(*b.Password) > 1000:
		return answer{}, invalid("applicationName", "The name or the password is too long.")
	}
	remote, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		remote = r.RemoteAddr
	}
	opened, err := s.book.SignIn(r.Context(), session.Card{User: *b.UserID, Password: *b.Password, Application: *b.ApplicationName, Language: language(header), Remote: remote})
	if fault.KindOf(err) == fault.Busy && !errors.Is(err, session.ErrClosed) {
		return answer{}, errUnavailable // a client may try another host
	}
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusCreated, body: s.opened(opened, r), header: map[string]string{
		sessionHeader: opened.ID,
		tokenHeader:   opened.Token,
		"Location":    r.base + "/icws/" + opened.ID + "/connection",
		"Set-Cookie":  setCookie(opened, r.base, s.secure(r.Request)),
	}}, nil
}

// opened is connectionResponse with what the client asked to include.
func (s *server) opened(o *session.Session, r *request) map[string]any {
	body := map[string]any{
		"csrfToken": o.Token, "sessionId": o.ID, "alternateHostList": s.cfg.AlternateHosts,
		"userID": o.User.ID, "userDisplayName": cmp.Or(o.User.Name, o.User.ID), "icServer": s.cfg.ServerName,
	}
	for _, list := range r.URL.Query()["include"] {
		for part := range strings.SplitSeq(list, ",") {
			switch strings.ToLower(strings.TrimSpace(part)) {
			case "version":
				body["version"] = s.version()
			case "features":
				body["features"] = s.features
			case "server-time":
				body["serverTimeInfo"] = s.now()
			case "default-workstation":
				body["defaultWorkstationId"] = nil
				if o.User.DefaultStation != "" {
					body["defaultWorkstationId"] = o.User.DefaultStation
				}
			case "effective-station":
				body["effectiveStation"] = nil
				if st, ok := s.book.Effective(o); ok {
					body["effectiveStation"] = effectiveStation(st)
				}
			case "purecloud-integration":
				body["purecloudIntegration"] = map[string]bool{"integrationEnabled": false}
			}
		}
	}
	return body
}

// versionInfo tells which release this is; all fields are strings, and the first
// four hold numbers.
type versionInfo struct {
	MajorVersion                string `json:"majorVersion"`
	MinorVersion                string `json:"minorVersion"`
	SU                          string `json:"su"`
	Build                       string `json:"build"`
	ProductID                   string `json:"productId"`
	CodebaseID                  string `json:"codebaseId"`
	ProductReleaseDisplayString string `json:"productReleaseDisplayString"`
	ProductPatchDisplayString   string `json:"productPatchDisplayString"`
}

// The release of the interface that clients find here, as the year's last two
// digits and the number within the year. Clients that compare it were written
// against such years, to which a program's own 0 or 1 would be ancient. It says
// nothing of what works; features do.
const (
	interfaceYear    = "20"
	interfaceRelease = "1"
)

// version tells the release of the interface, and in build and display string the
// program's own version.
func (s *server) version() versionInfo {
	return versionInfo{
		MajorVersion: interfaceYear, MinorVersion: interfaceRelease, SU: "0", Build: build(s.cfg.Version),
		ProductID: "Outdial", CodebaseID: "outdial",
		ProductReleaseDisplayString: "Outdial " + s.cfg.Version,
	}
}

// build makes one number of a version, as clients read a build: of "1.4.0"
// 10400. What is no number, and what follows it, counts nothing.
func build(version string) string {
	n := 0
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	for i := range 3 {
		part := 0
		if i < len(parts) {
			digits, _, _ := strings.Cut(parts[i], "-")
			part, _ = strconv.Atoi(digits)
		}
		n = n*100 + min(max(part, 0), 99)
	}
	return strconv.Itoa(n)
}

func version(s *server, _ *request) (answer, error) {
	return answer{status: http.StatusOK, body: s.version()}, nil
}

func features(s *server, _ *request) (answer, error) {
	return answer{status: http.StatusOK, body: map[string]any{"featureInfoList": s.features}}, nil
}

func oneFeature(s *server, r *request) (answer, error) {
	id := r.PathValue("featureId")
	for _, f := range s.features {
		if strings.EqualFold(f.FeatureID, id) {
			return answer{status: http.StatusOK, body: f}, nil
		}
	}
	return answer{}, invalid("featureId", "There is no feature %q.", id)
}

func serverInfo(_ *server, r *request) (answer, error) {
	return answer{status: http.StatusOK, body: map[string]any{
		"languages":      []map[string]string{{"languageID": "en-us", "languageDisplayName": "English (United States)"}},
		"acceptLanguage": language(r.Header.Get("Accept-Language")),
		"authentication": map[string]any{"allowIcAuth": true, "identityProviders": []string{}},
	}}, nil
}

func (s *server) now() map[string]string {
	return map[string]string{"serverUtcTime": date(s.cfg.Now())}
}

func serverTime(s *server, _ *request) (answer, error) {
	return answer{status: http.StatusOK, body: s.now()}, nil
}

// connectionState is GET connection: it answers for ended sessions too.
func connectionState(s *server, r *request) (answer, error) {
	if over, ended := s.book.Over(r.session); ended {
		return answer{status: http.StatusOK, body: map[string]any{"connectionState": connectionDown, "reason": over.Reason, "shouldReconnect": over.Reconnect}}, nil
	}
	return answer{status: http.StatusOK, body: map[string]any{"connectionState": connectionUp}}, nil
}

func disconnect(s *server, r *request) (answer, error) {
	return answer{status: http.StatusOK}, s.book.SignOut(r.Context(), r.session)
}

// switchover says that there is no backup server to switch to.
func switchover(s *server, _ *request) (answer, error) {
	return answer{status: http.StatusOK, body: map[string]any{"isSwitchoverActive": false, "primaryHost": s.cfg.ServerName}}, nil
}
