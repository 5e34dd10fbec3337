package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/report"
)

// reportFiles reads the values of --report, and refuses what would overwrite
// something else that the command line names.
func (o options) reportFiles() ([]report.File, error) {
	files := []report.File{}
	taken := map[string]string{}
	for flag, name := range map[string]string{"record": o.record, "compare": o.compare, "outputs": o.outputs} {
		if name != "" {
			taken[filepath.Clean(name)] = "--" + flag
		}
	}
	for _, text := range o.reports {
		f, err := report.ParseFile(text)
		if err != nil {
			return nil, err
		}
		name := filepath.Clean(f.Name)
		if other := taken[name]; other != "" {
			return nil, fmt.Errorf("--report would overwrite the file of %s, %q: name another one", other, f.Name)
		}
		taken[name] = "another --report"
		files = append(files, f)
	}
	return files, nil
}

// openReports makes sure that the reports can be written, before a run takes its
// time. Those that cannot will not hear of it.
func (p *program) openReports() error {
	var first error
	able := p.files[:0]
	for _, f := range p.files {
		err := f.Writable()
		if err == nil {
			able = append(able, f)
		} else if first == nil {
			first = err
		}
	}
	p.files = able
	return first
}

// reporters are the report on standard output and the files.
func (p *program) reporters() (report.Reports, error) {
	all, err := report.New(p.format, report.Streams{
		Out: p.stdout, Err: p.stderr, Planned: len(p.selected), Plain: p.verbose, Summary: p.variable("GITHUB_STEP_SUMMARY"),
	})
	for _, f := range p.files {
		all = append(all, f)
	}
	return all, err
}

// variable reads the environment.
func (p *program) variable(name string) string {
	value := ""
	for _, line := range p.env {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			value = v
		}
	}
	return value
}

func (p *program) summarize(target string, results []check.Result) report.Summary {
	s := report.Summarize(target, len(p.selected), results)
	s.Available = len(p.checks())
	return s
}

func (p *program) finish(r report.Reports, s report.Summary) error {
	p.reported = true
	if err := r.Finish(s); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// reportError writes the reports of a run without checks, so that whoever reads them
// finds out why.
func (p *program) reportError(cause error) {
	s := p.summarize(p.targetName(), nil)
	s.Error = check.Mask(cause.Error())
	r, err := p.reporters()
	if err == nil {
		err = p.finish(r, s)
	}
	if err != nil {
		p.complain("%v", err)
	}
}
