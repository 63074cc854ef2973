Connect-MgGraph -Scopes 'User.ReadWrite.All','Directory.ReadWrite.All' -NoWelcome
$amy = Get-MgUser -UserId amy@contoso.com
Remove-MgUser -UserId $amy.Id
$seats = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'SPE_E3').ConsumedUnits
Restore-MgDirectoryDeletedItem -DirectoryObjectId $amy.Id | Out-Null
"$seats while amy was away"
