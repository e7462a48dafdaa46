package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// AddUser adds a user with a password. Errors: Invalid (no id, no password),
// Conflict (the id is taken, without case).
func (s *Store) AddUser(ctx context.Context, u agent.User, password string) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, "add user "+u.ID, func(tx *sql.Tx) error { return insertUser(ctx, tx, u, hash) })
}

// SaveUser adds a user or replaces what is known of one; an empty password keeps
// the one there is. Errors: Invalid (no id, a new user without a password).
func (s *Store) SaveUser(ctx context.Context, u agent.User, password string) error {
	if err := checkID(u.ID); err != nil {
		return err
	}
	hash := ""
	if password != "" {
		var err error
		if hash, err = s.hash(ctx, password); err != nil {
			return err
		}
	}
	return s.write(ctx, "save user "+u.ID, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE users SET name = ?, admin = ?, logon_campaign = ?, station = ?,
			password = iif(?5 = '', password, ?5), fixed_numbers = ?6, no_persistence = ?7 WHERE id = ?8`,
			u.Name, u.Admin, u.LogonCampaign, u.DefaultStation, hash, u.FixedNumbers, u.NoPersistence, u.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return errors.Join(err, setWorkgroups(ctx, tx, u))
		}
		if hash == "" {
			return fault.New(fault.Invalid, "user %s is new and needs a password", u.ID).On("password")
		}
		return insertUser(ctx, tx, u, hash)
	})
}

func checkID(id string) error {
	if strings.TrimSpace(id) != id || id == "" {
		return fault.New(fault.Invalid, "a user id must not be empty or begin or end with a space").On("userID")
	}
	return nil
}

func insertUser(ctx context.Context, tx *sql.Tx, u agent.User, hash string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO users (id, name, admin, logon_campaign, fixed_numbers, no_persistence, station, password)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Name, u.Admin, u.LogonCampaign, u.FixedNumbers, u.NoPersistence, u.DefaultStation, hash)
	if err != nil {
		return err
	}
	return setWorkgroups(ctx, tx, u)
}

func setWorkgroups(ctx context.Context, tx *sql.Tx, u agent.User) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM members WHERE user = ?`, u.ID); err != nil {
		return err
	}
	for _, w := range u.Workgroups {
		_, err := tx.ExecContext(ctx, `INSERT INTO members (user, workgroup) VALUES (?, ?) ON CONFLICT DO NOTHING`, u.ID, w)
		if err != nil {
			return err
		}
	}
	return nil
}

// SetPassword changes a user's password. Errors: NotFound, Invalid (no password).
func (s *Store) SetPassword(ctx context.Context, id, password string) error {
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, "set the password of "+id, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE users SET password = ? WHERE id = ?`, hash, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return fault.New(fault.NotFound, "there is no user %s", id).On("userID")
		}
		return nil
	})
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
	return hashPassword(password, usualCost()), nil
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
	err := s.read(ctx, "authenticate "+id, func(tx *sql.Tx) (err error) {
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
	err := s.read(ctx, "read user "+id, func(tx *sql.Tx) (err error) {
		u, err = findUser(ctx, tx, id)
		return err
	})
	return u, err
}

// Users gives all users by id.
func (s *Store) Users(ctx context.Context) ([]agent.User, error) {
	var all []agent.User
	err := s.read(ctx, "read the users", func(tx *sql.Tx) (err error) {
		if all, err = collect(ctx, tx, scanUser, `SELECT `+userColumns+` FROM users ORDER BY id`); err != nil {
			return err
		}
		for i := range all {
			if all[i].Workgroups, err = workgroups(ctx, tx, all[i].ID); err != nil {
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

const userColumns = `id, name, admin, logon_campaign, fixed_numbers, no_persistence, station`

func findUser(ctx context.Context, tx *sql.Tx, id string) (agent.User, error) {
	u, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = ?`, id))
	if err != nil {
		return u, err
	}
	u.Workgroups, err = workgroups(ctx, tx, id)
	return u, err
}

func workgroups(ctx context.Context, tx *sql.Tx, user string) ([]string, error) {
	scan := func(row scanner) (w string, err error) {
		err = row.Scan(&w)
		return w, err
	}
	return collect(ctx, tx, scan, `SELECT workgroup FROM members WHERE user = ? ORDER BY workgroup`, user)
}

func scanUser(row scanner) (agent.User, error) {
	var u agent.User
	err := row.Scan(&u.ID, &u.Name, &u.Admin, &u.LogonCampaign, &u.FixedNumbers, &u.NoPersistence, &u.DefaultStation)
	return u, err
}
