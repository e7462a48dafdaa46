package icws

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
)

// connectionRoutes are the resources of connections and stations.
func connectionRoutes() []route {
	return []route{
		{"POST", "/connection", "connection", 10, open, true, connect, "sign-in by user and password or by the token of another session; single sign-on answers 400"},
		{"GET", "/connection/version", "connection", 2, open, false, version, ""},
		{"GET", "/connection/features", "connection", 1, open, false, features, ""},
		{"GET", "/connection/features/{featureId}", "connection", 1, open, false, oneFeature, ""},
		{"GET", "/connection/server-info", "connection", 6, open, false, serverInfo, "there are no single sign-on providers"},
		{"GET", "/connection/server-time", "connection", 4, open, false, serverTime, ""},
		{"GET", "/{sessionId}/connection", "connection", 3, alsoOver, false, connectionState, ""},
		{"DELETE", "/{sessionId}/connection", "connection", 1, full, false, disconnect, ""},
		{"GET", "/{sessionId}/connection/switchover-status", "connection", 1, full, false, switchover, "what the configuration says of the pair; the servers do not watch each other"},
		{"POST", "/{sessionId}/connection/unique-auth-token", "connection", 1, full, true, uniqueAuthToken, ""},
		{"PUT", "/{sessionId}/connection/station", "connection", 1, full, true, putStation, ""},
		{"GET", "/{sessionId}/connection/station", "connection", 1, full, false, getStation, ""},
		{"DELETE", "/{sessionId}/connection/station", "connection", 1, full, false, deleteStation, ""},
		{"PUT", sub + "/connection/station", "connection", 1, full, false, watchStation, ""},
		{"DELETE", sub + "/connection/station", "connection", 1, full, false, unwatchStation, ""},
	}
}

// connectionAbsences are documented and not served.
func connectionAbsences() []absence {
	const sso = "/connection/single-sign-on"
	const noProvider = "there are no identity providers; server-info says so"
	const noActivations = "membership of workgroups is configured and always active"
	return []absence{
		{"GET", sso + "/identity-providers/{identityProviderId}", "connection", 0, noProvider},
		{"GET", sso + "/saml-ecp/{identityProviderId}", "connection", 0, noProvider},
		{"GET", sso + "/response", "connection", 0, noProvider},
		{"PUT", sub + "/activations/users/{subscriptionId}", "activations", 0, noActivations},
		{"DELETE", sub + "/activations/users/{subscriptionId}", "activations", 0, noActivations},
		{"PUT", sub + "/activations/workgroups/{subscriptionId}", "activations", 0, noActivations},
		{"DELETE", sub + "/activations/workgroups/{subscriptionId}", "activations", 0, noActivations},
	}
}

// The ways to connect that the interface knows.
const (
	icAuth    = "urn:inin.com:connection:icAuthConnectionRequestSettings"
	tokenAuth = "urn:inin.com:connection:authTokenConnectionRequestSettings"
	ssoAuth   = "urn:inin.com:connection:singleSignOnTokenConnectionRequestSettings"
)

// The states of a connection (contract section 1.4).
const (
	connectionUp   = 1
	connectionDown = 2
)

// connectionBody is baseAuthConnectionRequestSettings with all that its derived
// types add. The names of marketplace applications are licences that nobody needs
// here; they are not read.
type connectionBody struct {
	Type            *string `json:"__type"`
	ApplicationName *string `json:"applicationName"`
	UserID          *string `json:"userID"`
	Password        *string `json:"password"`
	Seed            *string `json:"authTokenSeed"`
	Token           *string `json:"authToken"`
	Source          *string `json:"authTokenSourceSession"`
	EndSource       bool    `json:"disconnectSourceSession"`
}

// card reads who wants to come in.
func (b connectionBody) card() (session.Card, error) {
	switch {
	case b.Type == nil:
		return session.Card{}, missing("__type")
	case *b.Type == ssoAuth:
		return session.Card{}, invalid("__type", "Single sign-on is not offered by this server; sign in by user and password: %s.", icAuth)
	case *b.Type != icAuth && *b.Type != tokenAuth:
		return session.Card{}, invalid("__type", "This server signs in by user and password: %s, or by the token of another session: %s.", icAuth, tokenAuth)
	case b.ApplicationName == nil || *b.ApplicationName == "":
		return session.Card{}, missing("applicationName")
	case len(*b.ApplicationName) > nameLength || strings.ContainsFunc(*b.ApplicationName, unicode.IsControl):
		return session.Card{}, invalid("applicationName", "applicationName must be one line of %d bytes at most.", nameLength)
	}
	c := session.Card{Application: *b.ApplicationName}
	if *b.Type == tokenAuth {
		ticket, err := b.ticket()
		c.Ticket = &ticket
		return c, err
	}
	switch {
	case b.UserID == nil || *b.UserID == "":
		return session.Card{}, missing("userID")
	case b.Password == nil:
		return session.Card{}, missing("password")
	case len(*b.UserID) > nameLength || strings.ContainsFunc(*b.UserID, unicode.IsControl):
		return session.Card{}, invalid("userID", "userID must be one line of %d bytes at most.", nameLength)
	case len(*b.Password) > 1000:
		return session.Card{}, invalid("password", "The password is too long.")
	}
	c.User, c.Password = *b.UserID, *b.Password
	return c, nil
}

// ticket reads the token of another session.
func (b connectionBody) ticket() (session.Ticket, error) {
	seed, err := guid("authTokenSeed", b.Seed)
	switch {
	case err != nil:
		return session.Ticket{}, err
	case b.Token == nil || *b.Token == "":
		return session.Ticket{}, missing("authToken")
	case b.Source == nil || *b.Source == "":
		return session.Ticket{}, missing("authTokenSourceSession")
	case !decimal(*b.Source):
		return session.Ticket{}, invalid("authTokenSourceSession", "authTokenSourceSession must be the id of a session.")
	}
	return session.Ticket{Token: *b.Token, Seed: seed, Source: *b.Source, End: b.EndSource}, nil
}

var guids = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// guid reads a required GUID, which some write in braces.
func guid(property string, value *string) (string, error) {
	if value == nil || *value == "" {
		return "", missing(property)
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(*value, "{"), "}")
	if !guids.MatchString(bare) {
		return "", invalid(property, "%s must be a GUID.", property)
	}
	return bare, nil
}

// connect is POST connection (contract section 1.3).
func connect(s *server, r *request) (answer, error) {
	header := strings.TrimSpace(r.Header.Get("Accept-Language"))
	if header == "" {
		return answer{}, missing("Accept-Language")
	}
	var b connectionBody
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	card, err := b.card()
	if err != nil {
		return answer{}, err
	}
	card.Language = language(header)
	if card.Remote, _, err = net.SplitHostPort(r.RemoteAddr); err != nil {
		card.Remote = r.RemoteAddr
	}
	opened, err := s.book.SignIn(r.Context(), card)
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
	if days, ok := s.book.PasswordDays(o); ok {
		body["daysUntilPasswordExpiration"] = days
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

// switchover tells which server of the pair is which. Without a pair this one is
// the primary, and nothing can be switched to.
func switchover(s *server, _ *request) (answer, error) {
	body := map[string]any{"isSwitchoverActive": false, "primaryHost": s.cfg.ServerName}
	if s.cfg.BackupHost != "" {
		primary, backup := s.cfg.ServerName, s.cfg.BackupHost
		if s.cfg.Standby {
			primary, backup = backup, primary
		}
		body = map[string]any{
			"isSwitchoverActive": true, "primaryHost": primary, "backupHost": backup,
			"isManualSwitchOnly": true, "backupState": backupActive,
		}
	}
	return answer{status: http.StatusOK, body: body}, nil
}

// backupActive is a backup server of the same release (backupState).
const backupActive = 0

// uniqueAuthToken gives a token that opens another session of the user.
func uniqueAuthToken(s *server, r *request) (answer, error) {
	var b struct {
		Seed *string `json:"authTokenSeed"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	seed, err := guid("authTokenSeed", b.Seed)
	if err != nil {
		return answer{}, err
	}
	token, err := s.book.Issue(r.session, seed)
	return answer{status: http.StatusOK, body: map[string]string{"authToken": token}}, err
}
