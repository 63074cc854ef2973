Connect-MgGraph -Scopes 'User.ReadWrite.All','Group.ReadWrite.All' -NoWelcome
$PasswordProfile = New-Object -TypeName Microsoft.Graph.PowerShell.Models.MicrosoftGraphPasswordProfile
$PasswordProfile.Password = 'Xk2-ehr-94!w'
$PasswordProfile.ForceChangePasswordNextSignIn = $true
$new = New-MgUser -DisplayName 'Lou Larch' -GivenName Lou -Surname Larch -UserPrincipalName lou@contoso.com -MailNickname lou -AccountEnabled -PasswordProfile $PasswordProfile -UsageLocation GB -Department Sales
$sales = Get-MgGroup -Filter "displayName eq 'Sales'"
New-MgGroupMember -GroupId $sales.Id -DirectoryObjectId $new.Id
$e3 = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq SPE_E3).SkuId
Set-MgUserLicense -UserId $new.Id -AddLicenses @{ SkuId = $e3 } -RemoveLicenses @() | Select-Object DisplayName, Id
