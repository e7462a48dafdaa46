package store

import (
	"context"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// stationKinds are the kinds of stations that can be configured, in the words
// of the database.
var stationKinds = map[agent.StationKind]string{
	agent.Workstation:       "workstation",
	agent.RemoteWorkstation: "remote workstation",
	agent.RemoteNumber:      "remote number",
}

// SaveStation adds a station or replaces it. Errors: Invalid (no name, or not a
// kind that has a phone).
func (s *Store) SaveStation(ctx context.Context, st agent.Station) error {
	kind, ok := stationKinds[st.Kind]
	if !ok || st.Name == "" {
		return fault.New(fault.Invalid, "a station needs a name and a phone").On("station")
	}
	return s.write(ctx, "save station "+st.Name, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO stations (name, kind, target, trunk, persistent, verify) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET name = excluded.name, kind = excluded.kind, target = excluded.target,
				trunk = excluded.trunk, persistent = excluded.persistent, verify = excluded.verify`,
			st.Name, kind, st.Target, st.Trunk, st.Persistent, string(st.Verify))
		return err
	})
}

// Station finds a station. Errors: NotFound.
func (s *Store) Station(ctx context.Context, name string) (agent.Station, error) {
	st, err := scanStation(s.reader.QueryRowContext(ctx, `SELECT `+stationColumns+` FROM stations WHERE name = ?`, name))
	return st, failed(err, "read station "+name)
}

// Stations gives all stations by name.
func (s *Store) Stations(ctx context.Context) ([]agent.Station, error) {
	var all []agent.Station
	err := s.read(ctx, "read the stations", func(tx *transaction) (err error) {
		all, err = collect(ctx, tx, scanStation, `SELECT `+stationColumns+` FROM stations ORDER BY name`)
		return err
	})
	return all, err
}

const stationColumns = `name, kind, target, trunk, persistent, verify`

func scanStation(row scanner) (agent.Station, error) {
	var st agent.Station
	var kind, verify string
	if err := row.Scan(&st.Name, &kind, &st.Target, &st.Trunk, &st.Persistent, &verify); err != nil {
		return agent.Station{}, err
	}
	st.Verify = agent.Verification(verify)
	for k, word := range stationKinds {
		if word == kind {
			st.Kind = k
			return st, nil
		}
	}
	return agent.Station{}, fault.New(fault.Internal, "station %s has the unknown kind %q", st.Name, kind)
}
