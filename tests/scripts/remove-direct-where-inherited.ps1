# Whoever gets a product from a group does not need it directly.
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
Get-MgUser -All -Property Id, UserPrincipalName, LicenseAssignmentStates | ForEach-Object {
    $direct    = @($_.LicenseAssignmentStates | Where-Object { $null -eq $_.AssignedByGroup } | Select-Object -ExpandProperty SkuId)
    $inherited = @($_.LicenseAssignmentStates | Where-Object { $null -ne $_.AssignedByGroup -and $_.State -eq 'Active' } | Select-Object -ExpandProperty SkuId)
    $twice = @($direct | Where-Object { $inherited -contains $_ })
    if ($twice.Count -gt 0) {
        Write-Host "$($_.UserPrincipalName) has $($twice.Count) twice"
        Set-MgUserLicense -UserId $_.Id -RemoveLicenses $twice -AddLicenses @{} | Out-Null
    }
}
