using Xunit;

namespace PPMessage.Tests;

/// <summary>For tests that measure the process: they run one by one while no other test does.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;
