param([string] $Leaver = 'ben@contoso.com')
Connect-MgGraph -Scopes 'User.ReadWrite.All', 'GroupMember.ReadWrite.All', 'Directory.ReadWrite.All' -NoWelcome
$user = Get-MgUser -UserId $Leaver -Property Id, DisplayName, AssignedLicenses -ErrorAction Stop
Update-MgUser -UserId $user.Id -AccountEnabled:$false
Revoke-MgUserSignInSession -UserId $user.Id | Out-Null
$groups = Get-MgUserMemberOf -UserId $user.Id -All | Where-Object { $_.AdditionalProperties['@odata.type'] -eq '#microsoft.graph.group' }
foreach ($group in $groups) {
    Try {
        Remove-MgGroupMemberByRef -GroupId $group.Id -DirectoryObjectId $user.Id -ErrorAction Stop
        Write-Host "out of $($group.AdditionalProperties.displayName)"
    } Catch { Write-Host "could not be taken out of $($group.AdditionalProperties.displayName)" }
}
if ($user.AssignedLicenses) {
    Set-MgUserLicense -UserId $user.Id -AddLicenses @() -RemoveLicenses @($user.AssignedLicenses.SkuId) | Out-Null
}
Update-MgUser -UserId $user.Id -DisplayName "$($user.DisplayName) (left)"
