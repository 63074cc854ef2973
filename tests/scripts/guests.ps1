Connect-MgGraph -Scopes 'User.ReadWrite.All' -NoWelcome
$guests = Get-MgUser -All -Filter "userType eq 'Guest'" -ConsistencyLevel eventual -CountVariable c
foreach ($guest in $guests) { Remove-MgUser -UserId $guest.Id -Confirm:$false }
Get-MgDirectoryDeletedItemAsUser -All -Property Id, DisplayName | Select-Object DisplayName
New-MgInvitation -InvitedUserDisplayName 'Zoe Zinnia' -InvitedUserEmailAddress zoe@fabrikam.com -InviteRedirectUrl 'https://myapplications.microsoft.com' -SendInvitationMessage:$false | Out-Null
