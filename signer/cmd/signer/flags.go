package main

import (
	"crypto"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"privateplayback/signer"
)

// command is the flag set of one command.
type command struct {
	*flag.FlagSet
	required []string
}

// newCommand returns a flag set that prints usage on -h. usage is the whole
// text above the list of flags.
func newCommand(name, usage string) *command {
	c := &command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	c.Usage = func() {
		fmt.Fprint(c.Output(), usage+"\nFlags:\n")
		c.VisitAll(func(f *flag.Flag) {
			value, text := flag.UnquoteUsage(f)
			fmt.Fprintf(c.Output(), "  %-22s %s\n", strings.TrimSpace("--"+f.Name+" "+value), text)
		})
	}
	return c
}

// require names flags that must be given.
func (c *command) require(names ...string) { c.required = append(c.required, names...) }

// parse reads args and checks that each required flag is there and that at
// most operands arguments follow the flags. Help goes to stdout and is
// flag.ErrHelp; every other mistake is a usageError.
func (c *command) parse(args []string, operands int, stdout io.Writer) error {
	// The flag package prints its errors together with the whole usage; run
	// prints them in one line instead.
	c.SetOutput(io.Discard)
	usage := c.Usage
	c.Usage = func() {}
	if err := c.Parse(args); errors.Is(err, flag.ErrHelp) {
		c.SetOutput(stdout)
		usage()
		return err
	} else if err != nil {
		return usageError{err}
	}
	for _, name := range c.required {
		if c.Lookup(name).Value.String() == "" {
			return usageError{fmt.Errorf("--%s is missing", name)}
		}
	}
	if c.NArg() > operands {
		return usageError{fmt.Errorf("unexpected argument %q; flags come before the URL", c.Arg(operands))}
	}
	return nil
}

// moment is a flag that holds a point in time.
type moment struct {
	time.Time
	text string
}

func (m *moment) String() string { return m.text }

// Set reads RFC 3339, a Unix time in seconds, or a duration from now.
func (m *moment) Set(s string) error {
	m.text = s
	if d, err := time.ParseDuration(s); err == nil {
		m.Time = time.Now().Add(d)
		return nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		m.Time = time.Unix(n, 0)
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return errors.New("want a duration from now (1h), an RFC 3339 time (2030-01-01T00:00:00Z) or a Unix time in seconds")
	}
	m.Time = t
	return nil
}

// list is a flag that may be repeated.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds one value.
func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}

// readKey reads the private key in the named file.
func readKey(name string) (crypto.Signer, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no private key at %s; name an existing file, or make one with signer keygen", name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading private key: %w", err)
	}
	key, err := signer.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}
