# Two Visio seats, one taken: the second of these people has to wait.
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$visio = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'VISIOCLIENT').SkuId
$results = 'amy@contoso.com','gil@contoso.com' | ForEach-Object {
    $failure = $null
    Set-MgUserLicense -UserId $_ -AddLicenses @{ SkuId = $visio } -RemoveLicenses @() -ErrorVariable failure -ErrorAction SilentlyContinue | Out-Null
    [pscustomobject]@{ User = $_; Ok = -not $failure; Text = "$($failure.Exception.Message)" }
}
$results | Export-Csv results.csv -NoTypeInformation
$results
