package provider

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"privateplayback/internal/fakeaws"
)

// spreading runs a test in a bubble in which a change needs a while to reach
// every edge, and time passes only while everybody waits.
func spreading(t *testing.T, propagation time.Duration, test func(*testing.T, *engine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newEngine(t, fakeaws.Options{Propagation: propagation})) })
}

func (e *engine) status(d *stored) string {
	got, err := e.cloud.Edge.Distribution(string(d.id))
	if err != nil {
		return codeOf(err)
	}
	return got.Status
}

// Unless the program says otherwise, creation, update and deletion take as long
// as the change needs to spread.
func TestWaitsForDeployment(t *testing.T) {
	const propagation = 10 * time.Minute
	spreading(t, propagation, func(t *testing.T, e *engine) {
		took := func(what string, call func()) {
			t.Helper()
			start := time.Now()
			if call(); time.Since(start) < propagation || time.Since(start) > propagation+time.Second {
				t.Errorf("%s took %s, want %s", what, time.Since(start), propagation)
			}
		}
		inputs := distributionWith("compress", false)
		var d *stored
		took("Create", func() { d = e.create(distributionKind, inputs) })
		if d.text("status") != "Deployed" {
			t.Errorf("status after creation = %q, want Deployed", d.text("status"))
		}
		took("Update", func() {
			if err := e.update(d, with(inputs, "comment", "x")); err != nil {
				t.Error(err)
			}
		})
		took("Delete", func() {
			if err := e.remove(d); err != nil {
				t.Error(err)
			}
		})
		if got := e.status(d); got != "NoSuchDistribution" {
			t.Errorf("status after deletion = %q, want none", got)
		}
	})
}

func TestDoesNotWait(t *testing.T) {
	spreading(t, 10*time.Minute, func(t *testing.T, e *engine) {
		start := time.Now()
		inputs := with(distributionWith("compress", false), "waitForDeployment", false)
		d := e.create(distributionKind, inputs)
		if err := e.update(d, with(inputs, "comment", "x")); err != nil {
			t.Fatal(err)
		}
		if d.text("status") != "InProgress" || time.Since(start) > 0 {
			t.Errorf("status = %q after %s, want InProgress at once", d.text("status"), time.Since(start))
		}
		time.Sleep(10 * time.Minute)
		if e.refresh(d); d.text("status") != "Deployed" {
			t.Errorf("status after a refresh = %q, want Deployed", d.text("status"))
		}
	})
}

// retainOnDelete leaves a disabled distribution, and what it uses cannot go.
func TestRetainOnDelete(t *testing.T) {
	spreading(t, time.Minute, func(t *testing.T, e *engine) {
		d := e.create(distributionKind, with(distributionWith("compress", false), "retainOnDelete", true))
		if err := e.remove(d); err != nil {
			t.Fatal(err)
		}
		if got, err := e.cloud.Edge.Distribution(string(d.id)); err != nil || got.Enabled || got.Status != "Deployed" {
			t.Errorf("distribution after the deletion: enabled %t, %q, %v; want a disabled one", got.Enabled, got.Status, err)
		}
	})
}

// A deletion of one that somebody has just disabled is tried for a minute.
func TestDeleteOfJustDisabled(t *testing.T) {
	for propagation, want := range map[time.Duration]string{30 * time.Second: "", 5 * time.Minute: "DistributionNotDisabled"} {
		spreading(t, propagation, func(t *testing.T, e *engine) {
			d := e.create(distributionKind, distributionWith("compress", false))
			e.disableByHand(d)
			if err := e.remove(d); codeOf(err) != want || want == "" && err != nil {
				t.Errorf("Delete while the disabling needs %s = %v, want %q", propagation, err, want)
			}
		})
	}
}

// The wait has an end; the distribution is in the state nevertheless.
func TestWaitIsBounded(t *testing.T) {
	spreading(t, 3*time.Hour, func(t *testing.T, e *engine) {
		start := time.Now()
		_, err := e.try(distributionKind, distributionWith("compress", false))
		if waited := time.Since(start); waited != deployTimeout {
			t.Errorf("Create waited %s, want %s", waited, deployTimeout)
		}
		wantKept(t, e, err, "not deployed after 1h30m0s")
	})
}

// The engine's cancellation ends the wait of the moment, and no later one.
func TestCancellation(t *testing.T) {
	spreading(t, time.Hour, func(t *testing.T, e *engine) {
		go func() {
			time.Sleep(time.Minute)
			if err := e.SignalCancellation(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		}()
		_, err := e.try(distributionKind, distributionWith("compress", false))
		wantKept(t, e, err, errCancelled.Error())
		start := time.Now()
		if e.create(distributionKind, distributionWith("compress", false)); time.Since(start) < time.Hour {
			t.Errorf("the creation after a cancellation waited %s, want %s", time.Since(start), time.Hour)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = e.Create(ctx, plugin.CreateRequest{URN: urn(distributionKind, "x"), Properties: properties(with(distributionWith("compress", false), "waitForDeployment", true))})
		if err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
			t.Errorf("Create under a call that ends = %v, want its error", err)
		}
	})
}

// wantKept wants an error from which the engine learns id and state.
func wantKept(t *testing.T, e *engine, err error, reason string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), reason) {
		t.Fatalf("Create = %v, want %q", err, reason)
	}
	rpc, ok := rpcerror.FromError(err)
	if !ok || len(rpc.Details()) != 1 {
		t.Fatalf("error = %#v, want one with details", err)
	}
	kept, ok := rpc.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	if !ok || kept.Id == "" || kept.Properties.Fields["status"].GetStringValue() != "InProgress" || len(kept.Reasons) != 1 {
		t.Errorf("kept %v, want id, state and a reason", kept)
	}
	if _, err := e.cloud.Edge.Distribution(kept.Id); err != nil {
		t.Errorf("the kept distribution: %v", errors.Unwrap(err))
	}
}
