package serve

import (
	"context"
	"errors"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/provider"
)

// saving saves the state after each call that changes it, before the engine hears
// of the change: what the backend knows, the stand-in must know after a restart.
type saving struct {
	*provider.Provider
	store *fakeaws.Store
}

func (p saving) Create(ctx context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	resp, err := p.Provider.Create(ctx, req)
	return resp, errors.Join(err, p.save(req.Preview))
}

func (p saving) Update(ctx context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	resp, err := p.Provider.Update(ctx, req)
	return resp, errors.Join(err, p.save(req.Preview))
}

func (p saving) Delete(ctx context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	resp, err := p.Provider.Delete(ctx, req)
	return resp, errors.Join(err, p.save(false))
}

func (p saving) save(preview bool) error {
	if preview {
		return nil
	}
	return p.store.Save()
}

// saveOften saves what clients of S3 and the media folder have changed. An error is
// told once, until saving works again.
func (s *server) saveOften(ctx context.Context) {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := s.store.Save()
		if err == nil {
			told = ""
		} else if ctx.Err() == nil && told != err.Error() {
			told = err.Error()
			s.Progress("saving the state: " + told)
		}
	}
}

const saveEvery = 2 * time.Second
