# Removing what comes from a group is refused, and the reason is told apart.
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$e5 = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq SPE_E5).SkuId
foreach ($upn in 'kim@contoso.com', 'dan@contoso.com') {
    try {
        Set-MgUserLicense -UserId $upn -AddLicenses @() -RemoveLicenses @($e5) -ErrorAction Stop | Out-Null
        "$upn removed"
    } catch {
        if ($_.Exception.Message -match 'inherited from a group') { "$upn inherits it" } else { "$upn $($_.Exception.Message)" }
    }
}
