package icws

import (
	"net/http"

	"github.com/outdial/outdial/internal/session"
)

// licenceRoutes are the resources of licences (contract section 5.3).
func licenceRoutes() []route {
	return []route{
		{"POST", "/{sessionId}/licenses", "licenses", 1, full, true, takeLicences, ""},
		{"PUT", "/{sessionId}/licenses", "licenses", 1, full, true, replaceLicences, ""},
		{"DELETE", "/{sessionId}/licenses", "licenses", 1, full, false, returnLicences, ""},
		{"POST", "/{sessionId}/licenses/license-stages", "licenses", 1, full, true, licenceStages, ""},
		{"PUT", sub + "/licenses", "licenses", 1, full, true, watchLicences, ""},
		{"DELETE", sub + "/licenses", "licenses", 1, full, false, unwatchLicences, ""},
	}
}

// licenceList reads licenses: a required list of names.
func (r *request) licenceList() ([]string, error) {
	var b struct {
		Names *[]string `json:"licenseList"`
	}
	if err := r.decode(&b); err != nil {
		return nil, err
	}
	if b.Names == nil {
		return nil, missing("licenseList")
	}
	return *b.Names, shortNames(*b.Names, "licenseList", licenceLimit)
}

// licenceLimit is how many licences, or stages of them, one request may name.
const licenceLimit = 100

// takeLicences takes licences on top of those that the session has.
func takeLicences(s *server, r *request) (answer, error) {
	names, err := r.licenceList()
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: object{"licenseOperationResultList": licenceResults(s.book.TakeLicences(r.session, names))}}, nil
}

// replaceLicences takes licences and gives back all others that the session has.
func replaceLicences(s *server, r *request) (answer, error) {
	names, err := r.licenceList()
	if err != nil {
		return answer{}, err
	}
	s.book.KeepLicences(r.session, names...)
	return answer{status: http.StatusOK, body: object{"licenseOperationResultList": licenceResults(s.book.TakeLicences(r.session, names))}}, nil
}

func returnLicences(s *server, r *request) (answer, error) {
	s.book.KeepLicences(r.session)
	return ok, nil
}

// abort ends a list of stages at the first that fails (stageFailureAction).
const abort = 1

// licenceStages takes licences stage by stage. A stage that fails and is to abort
// is the last one that is tried; what was taken before it stays taken, as the
// results say.
func licenceStages(s *server, r *request) (answer, error) {
	var b struct {
		Stages *[]struct {
			Name   *string   `json:"stageName"`
			Action *int      `json:"stageFailureAction"`
			Names  *[]string `json:"licenseList"`
		} `json:"licenseStageOperationList"`
	}
	if err := r.decode(&b); err != nil {
		return answer{}, err
	}
	const list = "licenseStageOperationList"
	if b.Stages == nil {
		return answer{}, missing(list)
	}
	if err := bounded(*b.Stages, list, licenceLimit); err != nil {
		return answer{}, err
	}
	for _, st := range *b.Stages {
		switch {
		case st.Name == nil:
			return answer{}, missing(list + ".stageName")
		case st.Action == nil:
			return answer{}, missing(list + ".stageFailureAction")
		case *st.Action < 0 || *st.Action > abort:
			return answer{}, invalid(list+".stageFailureAction", "stageFailureAction must be 0 to go on or 1 to abort.")
		case st.Names == nil:
			return answer{}, missing(list + ".licenseList")
		}
		if err := shortNames(*st.Names, list+".licenseList", licenceLimit); err != nil {
			return answer{}, err
		}
	}
	rows := []object{}
	for _, st := range *b.Stages {
		results := s.book.TakeLicences(r.session, *st.Names)
		rows = append(rows, object{"stageName": *st.Name, "result": licenceResults(results)})
		if *st.Action == abort && failed(results) {
			break
		}
	}
	return answer{status: http.StatusOK, body: object{"licenseStageOperationResultList": rows}}, nil
}

func failed(results []session.LicenceResult) bool {
	for _, r := range results {
		if r.Status != session.LicenceAvailable {
			return true
		}
	}
	return false
}

// licenceDetails says in words why a licence was not to be had.
var licenceDetails = map[session.LicenceStatus]string{
	session.LicenceUnavailable: "All licences of this name are in use.",
	session.LicenceUnknown:     "There is no licence of this name.",
}

func licenceResults(results []session.LicenceResult) []object {
	rows := []object{}
	for _, r := range results {
		rows = append(rows, object{
			"licenseName": r.Name, "licenseStatus": int(r.Status),
			"isAvailable": r.Status == session.LicenceAvailable, "errorDetails": licenceDetails[r.Status],
		})
	}
	return rows
}

func watchLicences(s *server, r *request) (answer, error) {
	names, err := r.licenceList()
	if err != nil {
		return answer{}, err
	}
	s.book.WatchLicences(r.session, names)
	return subscribed, nil
}

func unwatchLicences(s *server, r *request) (answer, error) {
	s.book.UnwatchLicences(r.session)
	return unsubscribed, nil
}

// licenceMessage tells whether the session's user holds licences.
func licenceMessage(m session.Licences) object {
	rows := []object{}
	for _, l := range m.Licences {
		rows = append(rows, object{"name": l.Name, "isAssigned": l.Assigned})
	}
	return about("licenses:licenseMessage", !m.Whole, object{"licenseAssignedStatusList": rows})
}
