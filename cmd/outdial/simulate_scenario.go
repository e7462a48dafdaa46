package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/outdial/outdial/internal/simulate"
)

// plainScenario is what a rehearsal is about that says nothing else.
func plainScenario() simulate.Scenario {
	return simulate.Scenario{Seed: 1, Team: simulate.StandardTeam(), Campaigns: []simulate.Campaign{simulate.Standard()}}
}

// readScenario reads a scenario file: the settings by their names, a table for each
// campaign that differs, and a table for each event of the day.
func readScenario(path string) (simulate.Scenario, error) {
	s := plainScenario()
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return s, err
	}
	var file map[string]any
	if err := toml.Unmarshal(text, &file); err != nil {
		var where *toml.DecodeError
		if errors.As(err, &where) {
			line, column := where.Position()
			return s, fmt.Errorf("%s, line %d, column %d: %w", path, line, column, err)
		}
		return s, fmt.Errorf("%s: %w", path, err)
	}
	s.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if err := fillScenario(&s, file); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// fillScenario brings what a file says into a scenario.
func fillScenario(s *simulate.Scenario, file map[string]any) error {
	campaigns, err := tablesOf(file, "campaign")
	if err != nil {
		return err
	}
	events, err := tablesOf(file, "event")
	if err != nil {
		return err
	}
	if err := takeName(file, &s.Name); err != nil {
		return err
	}
	if err := eachChoice(file, func(c choice) error { return c.apply(s) }); err != nil {
		return err
	}
	if len(campaigns) > 0 {
		every := s.Campaigns[0]
		s.Campaigns = nil
		for i, table := range campaigns {
			c := every
			c.Name = fmt.Sprintf("Campaign %d", i+1)
			if err := takeName(table, &c.Name); err != nil {
				return err
			}
			if err := eachChoice(table, func(in choice) error { return in.applyTo(&c) }); err != nil {
				return fmt.Errorf("campaign %s: %w", c.Name, err)
			}
			s.Campaigns = append(s.Campaigns, c)
		}
	}
	for i, table := range events {
		e, err := readEvent(table)
		if err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
		s.Events = append(s.Events, e)
	}
	return nil
}

// takeName takes the name out of a table that has one.
func takeName(table map[string]any, into *string) error {
	value, given := table["name"]
	if !given {
		return nil
	}
	delete(table, "name")
	name, ok := value.(string)
	if !ok {
		return fmt.Errorf("name: %v is no text; write name = \"%v\"", value, value)
	}
	*into = name
	return nil
}

// tablesOf takes the tables of a name out of a file.
func tablesOf(file map[string]any, name string) ([]map[string]any, error) {
	value, ok := file[name]
	if !ok {
		return nil, nil
	}
	delete(file, name)
	list, _ := value.([]any)
	var tables []map[string]any
	for _, one := range list {
		table, ok := one.(map[string]any)
		if !ok {
			break
		}
		tables = append(tables, table)
	}
	if len(tables) == 0 || len(tables) != len(list) {
		return nil, fmt.Errorf("write each %s as a table of its own, under [[%s]]", name, name)
	}
	return tables, nil
}

// eachChoice goes through the settings of a table, by name.
func eachChoice(table map[string]any, do func(choice) error) error {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if isTable(table[name]) {
			return fmt.Errorf("there is no table %q; there are [[campaign]] and [[event]]", name)
		}
		s, err := settingNamed(name)
		if err != nil {
			return err
		}
		if err := do(choice{s, textOf(table[name])}); err != nil {
			return err
		}
	}
	return nil
}

// isTable tells whether a value of a file is a table, or a list of them.
func isTable(value any) bool {
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	_, is := value.(map[string]any)
	return is
}

// textOf is a value of a file as a flag would have it.
func textOf(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	var parts []string
	for _, v := range list {
		parts = append(parts, fmt.Sprint(v))
	}
	return strings.Join(parts, ",")
}

// readEvent reads what changes in the course of the day.
func readEvent(table map[string]any) (e simulate.Event, err error) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		v := textOf(table[name])
		switch name {
		case "at":
			err = span(&e.At, v)
		case "agents":
			err = whole(&e.Agents, v)
		case "trunk-down":
			err = span(&e.TrunkDown, v)
		case "answer-rate":
			err = decimal(&e.Answer, v)
		case "clock":
			err = span(&e.Clock, v)
		default:
			err = errors.New("it is none of at, agents, trunk-down, answer-rate, clock")
		}
		if err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, ok := table["at"]; !ok {
		return e, fmt.Errorf("say when it happens, as in at = %q", 2*time.Hour)
	}
	return e, nil
}
