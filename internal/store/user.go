package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// AddUser adds a user with a password, which counts as set now. Errors: Invalid (no id, no password),
// Conflict (the id is taken, without case).
func (s *Store) AddUser(ctx context.Context, u agent.User, password string) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, "add user "+u.ID, func(tx *transaction) error { return s.insertUser(ctx, tx, u, hash) })
}

// SaveUser adds a user or replaces what is known of one; an empty password keeps
// the one there is. So does the password that was given before, as the configuration
// gives it at every start: it grows no younger by it, and what was set since with
// [Store.SetPassword] stays. Errors: Invalid (no id, a new user without a password).
func (s *Store) SaveUser(ctx context.Context, u agent.User, password string) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	hash, err := s.newHash(ctx, u.ID, password)
	if err != nil {
		return err
	}
	return s.write(ctx, "save user "+u.ID, func(tx *transaction) error {
		done, err := tx.ExecContext(ctx, `UPDATE users SET name = ?, admin = ?, supervisor = ?, logon_campaign = ?,
			fixed_numbers = ?, no_persistence = ?, no_outside_calls = ?, station = ?, extension = ? WHERE id = ?`,
			u.Name, u.Admin, u.Supervisor, u.LogonCampaign, u.FixedNumbers, u.NoPersistence, u.NoOutsideCalls, u.DefaultStation, u.Extension, u.ID)
		if err != nil {
			return err
		}
		switch n, err := done.RowsAffected(); {
		case err != nil:
			return err
		case n == 0 && hash == "":
			return fault.New(fault.Invalid, "user %s is new and needs a password", u.ID).On("password")
		case n == 0:
			return s.insertUser(ctx, tx, u, hash)
		}
		if hash != "" {
			if err := s.setHash(ctx, tx, u.ID, hash); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE users SET given = password WHERE id = ?`, u.ID); err != nil {
				return err
			}
		}
		return setGroups(ctx, tx, u)
	})
}

// newHash hashes a password, unless it is the one that was given last, or empty.
func (s *Store) newHash(ctx context.Context, id, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	same, err := s.wasGiven(ctx, id, password)
	if err != nil || same {
		return "", err
	}
	return s.hash(ctx, password)
}

// wasGiven tells whether this is the password that [Store.SaveUser] was given last
// for a user, who may not exist. Another may be in force since ([Store.SetPassword]).
func (s *Store) wasGiven(ctx context.Context, id, password string) (bool, error) {
	var hash string
	err := s.reader.QueryRowContext(ctx, `SELECT given FROM users WHERE id = ?`, id).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, failed(err, "read the password of "+id)
	}
	if err := s.reserve(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashes }()
	return passwordMatches(hash, password), nil
}

func checkID(id string) error {
	if strings.TrimSpace(id) != id || id == "" {
		return fault.New(fault.Invalid, "a user id must not be empty or begin or end with a space").On("userID")
	}
	return nil
}

func (s *Store) insertUser(ctx context.Context, tx *transaction, u agent.User, hash string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO users
		(id, name, admin, supervisor, logon_campaign, fixed_numbers, no_persistence, no_outside_calls, station, extension, password, given, password_set)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12)`,
		u.ID, u.Name, u.Admin, u.Supervisor, u.LogonCampaign, u.FixedNumbers, u.NoPersistence, u.NoOutsideCalls, u.DefaultStation,
		u.Extension, hash, micros(s.now()))
	if err != nil {
		return err
	}
	return setGroups(ctx, tx, u)
}

// setGroups replaces the user's workgroups and skills.
func setGroups(ctx context.Context, tx *transaction, u agent.User) error {
	for _, set := range []struct {
		clear, add string
		names      []string
	}{
		{`DELETE FROM members WHERE user = ?`, `INSERT INTO members (user, workgroup) VALUES (?, ?) ON CONFLICT DO NOTHING`, u.Workgroups},
		{`DELETE FROM skills WHERE user = ?`, `INSERT INTO skills (user, skill) VALUES (?, ?) ON CONFLICT DO NOTHING`, u.Skills},
	} {
		if _, err := tx.ExecContext(ctx, set.clear, u.ID); err != nil {
			return err
		}
		for _, name := range set.names {
			if _, err := tx.ExecContext(ctx, set.add, u.ID, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetPassword changes a user's password, which counts as set now, even if it is the
// same. Errors: NotFound, Invalid (no password).
func (s *Store) SetPassword(ctx context.Context, id, password string) error {
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, "set the password of "+id, func(tx *transaction) error {
		return s.setHash(ctx, tx, id, hash)
	})
}

func (s *Store) setHash(ctx context.Context, tx *transaction, id, hash string) error {
	done, err := tx.ExecContext(ctx, `UPDATE users SET password = ?, password_set = ? WHERE id = ?`, hash, micros(s.now()), id)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "there is no user %s", id).On("userID")
	}
	return err
}

// hash hashes a new password, when a processor is free for it.
func (s *Store) hash(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", fault.New(fault.Invalid, "a password must not be empty").On("password")
	}
	if err := s.reserve(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashes }()
	return hashPassword(password, s.cost), nil
}

// reserve waits for a place in s.hashes; whoever got it takes it out again.
func (s *Store) reserve(ctx context.Context) error {
	select {
	case s.hashes <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Busy, "too many passwords are being checked; try again")
	}
}

// Authenticate gives the user whose id and password these are. It takes as long
// for a user who does not exist. Errors: Unauthenticated, which does not tell
// which of the two is wrong.
func (s *Store) Authenticate(ctx context.Context, id, password string) (agent.User, error) {
	var u agent.User
	var hash string
	err := s.read(ctx, "authenticate "+id, func(tx *transaction) (err error) {
		if u, err = findUser(ctx, tx, id); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT password FROM users WHERE id = ?`, id).Scan(&hash)
	})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return agent.User{}, err
	}
	if err := s.reserve(ctx); err != nil {
		return agent.User{}, err
	}
	defer func() { <-s.hashes }()
	if !passwordMatches(hash, password) {
		return agent.User{}, fault.New(fault.Unauthenticated, "the user id or the password is wrong")
	}
	return u, nil
}

// User finds a user. Errors: NotFound.
func (s *Store) User(ctx context.Context, id string) (agent.User, error) {
	var u agent.User
	err := s.read(ctx, "read user "+id, func(tx *transaction) (err error) {
		u, err = findUser(ctx, tx, id)
		return err
	})
	return u, err
}

// Users gives all users by id.
func (s *Store) Users(ctx context.Context) ([]agent.User, error) {
	var all []agent.User
	err := s.read(ctx, "read the users", func(tx *transaction) (err error) {
		if all, err = collect(ctx, tx, scanUser, `SELECT `+userColumns+` FROM users ORDER BY id`); err != nil {
			return err
		}
		for i := range all {
			if err = findGroups(ctx, tx, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// CountUsers tells how many users there are: none in a new database.
func (s *Store) CountUsers(ctx context.Context) (int, error) {
	var n int
	err := s.reader.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&n)
	return n, failed(err, "count the users")
}

// Workgroups gives the members of each workgroup, by user id. A workgroup is there
// if it has members or a campaign. Names that differ only in case are one workgroup.
func (s *Store) Workgroups(ctx context.Context) (map[string][]string, error) {
	type membership struct{ workgroup, user string }
	groups := map[string][]string{}
	err := s.read(ctx, "read the workgroups", func(tx *transaction) error {
		scan := func(row scanner) (m membership, err error) {
			err = row.Scan(&m.workgroup, &m.user)
			return m, err
		}
		all, err := collect(ctx, tx, scan, `SELECT w.name, ifnull(m.user, '') FROM
			(SELECT min(name COLLATE BINARY) AS name FROM
				(SELECT workgroup AS name FROM members UNION ALL SELECT definition ->> '$.Workgroup' FROM campaigns)
				WHERE name <> '' GROUP BY name COLLATE NOCASE) w
			LEFT JOIN members m ON m.workgroup = w.name COLLATE NOCASE ORDER BY w.name, m.user`)
		for _, m := range all {
			if m.user == "" {
				groups[m.workgroup] = nil
			} else {
				groups[m.workgroup] = append(groups[m.workgroup], m.user)
			}
		}
		return err
	})
	return groups, err
}

const userColumns = `id, name, admin, supervisor, logon_campaign, fixed_numbers, no_persistence, no_outside_calls, station, extension, password_set`

func findUser(ctx context.Context, tx *transaction, id string) (agent.User, error) {
	u, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = ?`, id))
	if err != nil {
		return u, err
	}
	err = findGroups(ctx, tx, &u)
	return u, err
}

// findGroups fills in a user's workgroups and skills.
func findGroups(ctx context.Context, tx *transaction, u *agent.User) (err error) {
	if u.Workgroups, err = collect(ctx, tx, scanName, `SELECT workgroup FROM members WHERE user = ? ORDER BY workgroup`, u.ID); err != nil {
		return err
	}
	u.Skills, err = collect(ctx, tx, scanName, `SELECT skill FROM skills WHERE user = ? ORDER BY skill`, u.ID)
	return err
}

func scanUser(row scanner) (agent.User, error) {
	var u agent.User
	err := row.Scan(&u.ID, &u.Name, &u.Admin, &u.Supervisor, &u.LogonCampaign, &u.FixedNumbers, &u.NoPersistence, &u.NoOutsideCalls,
		&u.DefaultStation, &u.Extension, moment{&u.PasswordSet})
	return u, err
}
