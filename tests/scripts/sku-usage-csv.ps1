Connect-MgGraph -Scopes Organization.Read.All -NoWelcome
Get-MgSubscribedSku -All |
    Select-Object SkuPartNumber, ConsumedUnits, @{n='Enabled';e={$_.PrepaidUnits.Enabled}}, @{n='Percent';e={[math]::Round($_.ConsumedUnits / $_.PrepaidUnits.Enabled * 100)}} |
    Export-Csv usage.csv -NoTypeInformation
