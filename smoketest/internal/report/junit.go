package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
)

// The document that Ant's JUnit task writes, in the form that its schema and that of
// Jenkins have in common. Both tell failures, which the test found, from errors,
// which kept it from finding anything.
// https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		ID         int             `xml:"id,attr"`
		Package    string          `xml:"package,attr"`
		Name       string          `xml:"name,attr"`
		Timestamp  string          `xml:"timestamp,attr"` // without a zone: UTC
		Hostname   string          `xml:"hostname,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"` // seconds
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
		Err        string          `xml:"system-err"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *junitSkipped `xml:"skipped"`
		Error   *junitProblem `xml:"error"`
		Failure *junitProblem `xml:"failure"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
	junitProblem struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junitPackage is the name of this program, and of the suite that tells of errors.
const junitPackage = "smoketest"

// writeJUnit writes a suite for each group of checks. What was not yet right is a
// failure of type "not-yet"; what kept the run from its end is an error.
func writeJUnit(w io.Writer, s Summary) error {
	all := junitSuites{}
	for _, section := range s.sections() {
		all.Suites = append(all.Suites, newSuite(s, section))
	}
	if trouble := s.trouble(); trouble != "" {
		all.Suites = append(all.Suites, s.errorSuite(trouble))
	}
	for i := range all.Suites {
		all.Suites[i].ID = i
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// trouble is what kept the run from its end; empty if nothing did.
func (s Summary) trouble() string {
	switch {
	case s.Error != "":
		return oneLine(s.Error)
	case s.Outcome == Incomplete:
		return fmt.Sprintf("interrupted after %d of %s", len(s.Results), count(s.Planned, "check"))
	}
	return ""
}

func (s Summary) suite(name string, started time.Time) junitSuite {
	return junitSuite{Package: junitPackage, Name: name, Timestamp: started.UTC().Format("2006-01-02T15:04:05"), Hostname: "localhost",
		Properties: []junitProperty{{"target", s.Target}, {"outcome", string(s.Outcome)}}}
}

func newSuite(s Summary, in section) junitSuite {
	suite := s.suite(in.Name, in.Results[0].Started)
	suite.Tests = len(in.Results)
	total, lines := time.Duration(0), []string{}
	for _, r := range in.Results {
		total += r.Elapsed
		suite.Cases = append(suite.Cases, newCase(r))
		switch r.Verdict {
		case check.Fail, check.NotYet:
			suite.Failures++
		case check.Skip:
			suite.Skipped++
		case check.Differs:
			lines = append(lines, failureHead(r)+aligned(facts(r), "      "))
		}
	}
	suite.Time = seconds(total)
	suite.Out = strings.Join(lines, "\n")
	return suite
}

func newCase(r check.Result) junitCase {
	c := junitCase{Class: r.Check.Group(), Name: r.Check.ID, Time: seconds(r.Elapsed)}
	switch r.Verdict {
	case check.Skip:
		c.Skipped = &junitSkipped{oneLine(r.Reason)}
	case check.Fail:
		c.Failure = problem(string(r.Check.Harm), r)
	case check.NotYet:
		c.Failure = problem(string(check.NotYet), r)
	}
	return c
}

func problem(kind string, r check.Result) *junitProblem {
	return &junitProblem{kind, oneLine("got " + r.Failure.Got + ", want " + r.Failure.Want), r.Check.Proves + "\n" + aligned(facts(r), "")}
}

func (s Summary) errorSuite(trouble string) junitSuite {
	suite := s.suite(junitPackage, s.Started)
	suite.Tests, suite.Errors, suite.Time = 1, 1, seconds(0)
	suite.Cases = []junitCase{{Class: junitPackage, Name: junitPackage + ".run", Time: seconds(0), Error: &junitProblem{"not-run", trouble, trouble}}}
	return suite
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
