using PPMessage.Benchmarks;

if (args is [HeadProcess.Serve, .. var rest]) return await HeadProcess.ServeAsync(rest);
if (Choice.Parse(args) is not { } choice)
{
    Console.Error.WriteLine(Choice.Usage);
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC\n");
if (choice.Has("inbound") && choice.Has("embedded")) await InboundPart.RunAsync(new EmbeddedPlace(), choice, Traffic.Texts);
if (choice.Has("inbound") && choice.Has("azurite")) await InboundPart.RunAsync(await AzuritePlace.StartAsync(), choice, Traffic.Texts);
if (choice.Has("mail") && choice.Has("embedded")) await InboundPart.RunAsync(new EmbeddedPlace(), choice, Traffic.Mails);
if (choice.Has("mail") && choice.Has("azurite")) await InboundPart.RunAsync(await AzuritePlace.StartAsync(), choice, Traffic.Mails);
if (choice.Has("flows")) await FlowsPart.RunAsync(choice);
if (choice.Has("operations")) await OperationsPart.RunAsync();
if (choice.Filled > 0) await FilledPart.RunAsync(choice);
if (choice.Import > 0) await ImportPart.RunAsync(choice);
if (choice.Campaign > 0) await CampaignsPart.RunAsync(choice);
if (choice.Has("startup")) await StartUpPart.RunAsync();
return 0;
