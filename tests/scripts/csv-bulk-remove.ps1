param($csv)
Connect-MgGraph -Scopes 'User.ReadWrite.All' | Out-Null
$list = Import-Csv $csv
$i = 0
foreach ($p in $list) {
    $i++
    Write-Progress -Activity 'Removing licences' -Status $p.upn -PercentComplete (($i / $list.Count) * 100)
    $held = (Get-MgUserLicenseDetail -UserId $p.upn).SkuId
    if ($held) {
        Set-MgUserLicense -UserId $p.upn -AddLicenses @() -RemoveLicenses @($held) | Out-Null
        Write-Host "$($p.upn): $($held.Count) removed" -ForegroundColor Green
    } else {
        Write-Host "$($p.upn): nothing to remove" -ForegroundColor Gray
    }
}
