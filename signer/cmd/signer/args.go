package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// command is the flag set of one command.
type command struct {
	*flag.FlagSet
	required []string
	operands []string
}

// newCommand returns a flag set that prints usage on -h: usage is what comes
// before the list of flags, examples what comes after.
func newCommand(name, usage, examples string) *command {
	c := &command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	c.SetOutput(io.Discard)
	c.Usage = func() {
		fmt.Fprint(c.Output(), usage+"\nFlags:\n")
		c.VisitAll(func(f *flag.Flag) {
			value, text := flag.UnquoteUsage(f)
			fmt.Fprintf(c.Output(), "  %-23s %s\n", strings.TrimSpace("--"+f.Name+" "+value), text)
		})
		fmt.Fprint(c.Output(), "\nExamples:\n"+examples)
	}
	return c
}

// require names flags that must be given.
func (c *command) require(names ...string) { c.required = append(c.required, names...) }

// parse reads flags and up to limit operands, in any order; "--" ends the
// flags. Help goes to stdout and is flag.ErrHelp; every other mistake is a
// usageError.
func (c *command) parse(args []string, limit int, stdout io.Writer) error {
	usage := c.Usage
	c.Usage = func() {} // the flag package prints it with every error
	for len(args) > 0 {
		err := c.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			c.SetOutput(stdout)
			usage()
			return err
		}
		if err != nil {
			return misused("%v", err)
		}
		rest := c.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			c.operands = append(c.operands, rest...)
			break
		}
		if len(rest) > 0 {
			c.operands = append(c.operands, rest[0])
			rest = rest[1:]
		}
		args = rest
	}
	return c.check(limit)
}

func (c *command) check(limit int) error {
	empty := ""
	c.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	if empty != "" {
		return misused("--%s is empty", empty)
	}
	for _, name := range c.required {
		if c.Lookup(name).Value.String() == "" {
			return misused("--%s is missing", name)
		}
	}
	if len(c.operands) > limit {
		return misused("unexpected argument %q", shown(c.operands[limit]))
	}
	return nil
}

// operand is the only operand, or "".
func (c *command) operand() string {
	if len(c.operands) == 0 {
		return ""
	}
	return c.operands[0]
}

// parsed is a flag whose text is read by set. Unlike that of flag.Func, its
// value tells whether it was given.
type parsed struct {
	text string
	set  func(string) error
}

func (p *parsed) String() string { return p.text }

// Set keeps and reads the text.
func (p *parsed) Set(text string) error {
	p.text = text
	if text == "" {
		return nil // said later, for all flags alike
	}
	return p.set(text)
}

// parsed defines a flag that set reads.
func (c *command) parsed(name, usage string, set func(string) error) {
	c.Var(&parsed{set: set}, name, usage)
}

// oneOf defines a flag that takes one of the given words; the first is the
// default.
func (c *command) oneOf(name, usage string, words ...string) *string {
	chosen := words[0]
	c.parsed(name, usage, func(text string) error {
		for _, w := range words {
			if text == w {
				chosen = w
				return nil
			}
		}
		last := len(words) - 1
		return errors.New("want " + strings.Join(words[:last], ", ") + " or " + words[last])
	})
	return &chosen
}

// list is a flag that may be repeated.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds one value.
func (l *list) Set(text string) error {
	if text == "" {
		return errors.New("it is empty")
	}
	*l = append(*l, text)
	return nil
}
