package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// grace is how long a child has to end once its pipe is closed.
const grace = 10 * time.Second

// Child is a process that answers requests, a line of JSON each, over its pipes.
type Child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	ask *json.Encoder
	say *json.Decoder
}

// reply is how a child answers.
type reply struct {
	Error string          `json:"error,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// StartChild runs a command. What it writes to its standard error comes out at ours.
func StartChild(ctx context.Context, argv ...string) (*Child, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stderr, cmd.WaitDelay = os.Stderr, grace
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &Child{cmd, in, json.NewEncoder(in), json.NewDecoder(out)}, nil
}

// PID is the number of its process.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Ask sends a request and waits for the answer. Requests and answers are JSON.
func (c *Child) Ask(request, answer any) error {
	if err := c.ask.Encode(request); err != nil {
		return fmt.Errorf("%s is gone: %w", c.cmd.Path, err)
	}
	return c.Await(answer)
}

// Await waits for one more answer to the last request.
func (c *Child) Await(answer any) error {
	var r reply
	switch err := c.say.Decode(&r); {
	case err != nil:
		return fmt.Errorf("%s has ended before its time: %w", c.cmd.Path, err)
	case r.Error != "":
		return errors.New(r.Error)
	case answer == nil:
		return nil
	}
	return json.Unmarshal(r.Value, answer)
}

// Close closes the pipe and waits for the process's end, which it brings about if need be.
func (c *Child) Close() error {
	c.in.Close()
	timer := time.AfterFunc(grace, func() { _ = c.cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	return c.cmd.Wait()
}

// Answer is the child's side: each request of type R is handed to do, until in ends. do
// may answer several times.
func Answer[R any](in io.Reader, out io.Writer, do func(request R, answer func(any) error) error) error {
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	answer := func(v any) error {
		value, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return answers.Encode(reply{Value: value})
	}
	for {
		var request R
		switch err := requests.Decode(&request); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := do(request, answer); err != nil {
			if err := answers.Encode(reply{Error: err.Error()}); err != nil {
				return err
			}
		}
	}
}
