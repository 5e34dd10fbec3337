package ivs

import "container/list"

// maxEndings bounds the ended sessions that are remembered.
const maxEndings = 4096

// endings remember why the sessions ended that ended last, so that a refusal can
// say it. They are not safe for concurrent use.
type endings struct {
	causes map[string]string // by playlist and by dna
	byAge  *list.List        // of *session, oldest first
}

func newEndings() endings { return endings{map[string]string{}, list.New()} }

func (e *endings) add(one *session, cause string) {
	if e.byAge.Len() >= maxEndings {
		for _, part := range e.byAge.Remove(e.byAge.Front()).(*session).opaqueParts() {
			delete(e.causes, part)
		}
	}
	e.byAge.PushBack(one)
	for _, part := range one.opaqueParts() {
		e.causes[part] = cause
	}
}

// refusal refuses what names a session that is not kept.
func (e *endings) refusal(part string) *refusal {
	if cause, ok := e.causes[part]; ok {
		return sessionRefusal().because("session ended: %s", cause)
	}
	return sessionRefusal().because("no session has this URL, nor had one of the last %d that ended", maxEndings)
}

// opaqueParts are what the URLs of the session are known by.
func (s *session) opaqueParts() []string {
	return append([]string{s.dna}, s.playlists...)
}
