using PPMessage.Functions;

return await Start.RunAsync(args);
