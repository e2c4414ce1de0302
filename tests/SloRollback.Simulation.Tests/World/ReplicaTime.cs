using NodaTime;

namespace SloRollback.Simulation.Tests.World;

/// <summary>A replica's clock, which may be wrong and be set. Timers run by the time that passes, not by the clock; those of a dead process never fire.</summary>
internal sealed class ReplicaTime(Timeline timeline, Func<bool> isAlive) : TimeProvider
{
    public Duration Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => (timeline.Now + Offset).ToDateTimeOffset();

    public override long GetTimestamp() => timeline.Now.ToUnixTimeTicks();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ReplicaTime time, TimerCallback callback, object? state) : ITimer
    {
        private long version;

        private Timeline Timeline => time.Owner;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++version;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Timeline.After(Duration.FromTimeSpan(dueTime), () => Fire(mine, period));
            return true;
        }

        public void Dispose() => version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(long mine, TimeSpan period)
        {
            if (mine != version || !time.IsAlive)
                return;

            if (period > TimeSpan.Zero)
                Timeline.After(Duration.FromTimeSpan(period), () => Fire(mine, period));
            callback(state);
        }
    }

    private Timeline Owner => timeline;

    private bool IsAlive => isAlive();
}
