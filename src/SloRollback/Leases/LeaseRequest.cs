using NodaTime;

namespace SloRollback.Leases;

/// <summary>Who asks for a lease, and for how long.</summary>
/// <param name="Holder">The replica: unique to the process, the same in all its calls.</param>
/// <param name="Duration">For how long others must see no renewal before they may take the lease; whole seconds, 5 s to 5 min.</param>
public sealed record LeaseRequest(string Holder, Duration Duration);
